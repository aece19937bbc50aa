import { describe, expect, test } from 'vitest';
import { REPLY_LIMIT_BYTES, SmtpDialogue, type SmtpOutcome } from '../../../../src/monitor/alerts/smtp';
import { generator } from '../../random';

const mail = { from: 'a@x', to: ['b@y', 'c@z'], message: 'Subject: s\r\n\r\n.\r\n..x\r\nend\r\n' };
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const bytes = (said: string): Uint8Array => Uint8Array.from(said, (letter) => letter.charCodeAt(0));

/** What the client says to these replies of the relay, and what comes of it. */
function talk(...replies: readonly string[]): {
  readonly said: readonly string[];
  readonly outcome: SmtpOutcome;
} {
  const dialogue = new SmtpDialogue(mail, 'lead');
  const said: string[] = [];
  let heard = '';
  for (const reply of replies) {
    heard += reply;
    const say = dialogue.hear(bytes(heard));
    if (say !== null) said.push(say === 'enough' ? say : text(say));
  }
  return { said, outcome: dialogue.outcome({ ok: true, value: { bytes: bytes(heard), end: 'closed' } }) };
}

const GOOD = [
  '220 hi\r\n',
  '250 lead\r\n',
  '250 ok\r\n',
  '250 ok\r\n',
  '251 ok\r\n',
  '354 go\r\n',
  '250 taken\r\n',
];

/** Good up to there, then these. */
function goodUpTo(count: number, ...replies: readonly string[]) {
  return talk(...GOOD.slice(0, count), ...replies);
}

test('a mail goes, with dots as they must be', () => {
  const { said, outcome } = talk(...GOOD, '221 bye\r\n');
  expect(said).toEqual([
    'EHLO lead\r\n',
    'MAIL FROM:<a@x>\r\n',
    'RCPT TO:<b@y>\r\n',
    'RCPT TO:<c@z>\r\n',
    'DATA\r\n',
    'Subject: s\r\n\r\n..\r\n...x\r\nend\r\n.\r\n',
    'QUIT\r\n',
    'enough',
  ]);
  expect(outcome).toEqual({ type: 'sent', refused: [], later: [] });
});

test('it is sent once the relay says so, whatever comes then', () => {
  expect(talk(...GOOD).outcome).toEqual({ type: 'sent', refused: [], later: [] });
  expect(talk(...GOOD, 'rubbish\r\n').outcome).toEqual({ type: 'sent', refused: [], later: [] });
});

test('replies of several lines, in pieces, and without carriage returns', () => {
  const { said } = talk('220-well', 'come\r\n220', ' here\n', '250-lead\r\n250-SIZE 1\r\n250 8BITMIME\r\n');
  expect(said).toEqual(['EHLO lead\r\n', 'MAIL FROM:<a@x>\r\n']);
});

test('a relay that does not know EHLO', () => {
  expect(talk('220 hi\r\n', '502 what\r\n', '250 lead\r\n').said).toEqual([
    'EHLO lead\r\n',
    'HELO lead\r\n',
    'MAIL FROM:<a@x>\r\n',
  ]);
});

describe('what is refused', () => {
  const relay = (why: string) => ({ type: 'later', about: 'relay', why });

  test('by the relay as it is: later', () => {
    expect(talk('554 no\r\n').outcome).toEqual(relay('where its greeting was expected, it said "554 no"'));
    expect(goodUpTo(1, '502 no\r\n', '502 no\r\n').outcome).toEqual(
      relay('where the answer to HELO was expected, it said "502 no"'),
    );
    expect(goodUpTo(6, '421 going down\r\n').outcome).toEqual(relay('it says "421 going down"'));
    expect(goodUpTo(2).outcome).toEqual(relay('it hung up before the answer to MAIL'));
    expect(talk().outcome).toEqual(relay('it hung up before its greeting'));
  });

  test('the mail, for now or for good', () => {
    const mailLater = { type: 'later', about: 'mail', why: expect.stringContaining('"45') };
    expect(goodUpTo(2, '451 busy\r\n').outcome).toEqual(mailLater);
    expect(goodUpTo(2, '550 not you\r\n').outcome).toEqual({
      type: 'refused',
      why: 'where the answer to MAIL was expected, it said "550 not you"',
    });
    expect(goodUpTo(5, '451 busy\r\n').outcome).toEqual(mailLater);
    expect(goodUpTo(6, '452 full\r\n').outcome).toEqual(mailLater);
    expect(goodUpTo(6, '554 spam\r\n').outcome).toMatchObject({ type: 'refused' });
  });

  test('some recipients: the others get it', () => {
    const rest = ['354 go\r\n', '250 ok\r\n'];
    expect(goodUpTo(3, '550 who\r\n', '250 ok\r\n', ...rest).outcome).toEqual({
      type: 'sent',
      refused: [{ to: 'b@y', said: '550 who' }],
      later: [],
    });
    expect(goodUpTo(3, '250 ok\r\n', '450 grey\r\n', ...rest).outcome).toEqual({
      type: 'sent',
      refused: [],
      later: ['c@z'],
    });
  });

  test('all recipients', () => {
    expect(goodUpTo(3, '550 who\r\n', '551 who\r\n').outcome).toMatchObject({ type: 'refused' });
    expect(goodUpTo(3, '450 grey\r\n', '551 who\r\n').outcome).toMatchObject({
      type: 'later',
      about: 'mail',
    });
  });
});

describe('nonsense ends it, and the mail is kept', () => {
  test.each([
    ['HTTP/1.0 400 Bad Request\r\n', '"HTTP/1.0 400 Bad Request"'],
    ['\r\n', '""'],
    ['220\x1b[2J\r\n', '"220.[2J"'],
    ['22\r\n', '"22"'],
    ['120 hi\r\n', '"120 hi"'],
    ['220 hi\r\n250 I answer before you ask\r\n', '"220 hi" and more'],
    ['220 hi\r\n250 and', '"220 hi" and more'],
    ['y'.repeat(REPLY_LIMIT_BYTES + 1), 'an endless reply'],
    ['220-y\r\n'.repeat(1000), 'an endless reply'],
  ])('%j', (reply, told) => {
    expect(talk(reply)).toEqual({
      said: ['enough'],
      outcome: {
        type: 'later',
        about: 'relay',
        why: `where its greeting was expected, it said ${told}, which is not SMTP`,
      },
    });
  });

  test('a deadline, and too much', () => {
    const dialogue = new SmtpDialogue(mail, 'lead');
    expect(dialogue.outcome({ ok: false, error: 'no answer' })).toMatchObject({ why: 'no answer' });
    expect(dialogue.outcome({ ok: true, value: { bytes: bytes(''), end: 'limit' } })).toMatchObject({
      why: 'it says too much for its greeting',
    });
  });
});

test('whatever a relay says, in whatever pieces: bounded talk, and no mail is sent without its word', () => {
  const tokens = [
    ...GOOD,
    '250-x\r\n',
    '450 x\r\n',
    '550 x\r\n',
    '421 x\r\n',
    '2',
    'x',
    '\r\n',
    '\n',
    '250 ',
    '\0',
  ];
  let sent = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const random = generator(seed);
    const replies = Array.from({ length: 12 }, (_, at) =>
      random(4) > 0 ? (GOOD[at] ?? '221 bye\r\n') : tokens[random(tokens.length)]!,
    );
    const { said, outcome } = talk(...replies);
    expect(said.length).toBeLessThanOrEqual(12);
    const end = said.indexOf('enough');
    if (end !== -1) expect(said.slice(end).every((one) => one === 'enough')).toBe(true);
    if (outcome.type !== 'sent') continue;
    sent += 1;
    expect(said).toContain('DATA\r\n');
    expect(said).toContain('QUIT\r\n');
    expect(outcome.refused.length + outcome.later.length).toBeLessThan(2);
  }
  expect(sent).toBeGreaterThan(100);
});

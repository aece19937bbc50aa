import { describe, expect, test } from 'vitest';
import type { ExchangeReply } from '../../../../src/host/host';
import { bytesOf } from '../../../../src/monitor/checks/probe';
import { smtpProbe } from '../../../../src/monitor/checks/smtp';

function probe() {
  const made = smtpProbe(['smtp.monitor', '-t', '2'], 3000);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

/** What is said to a server that says this, piece by piece. */
function conversation(...pieces: readonly string[]): readonly (string | null)[] {
  const { next } = probe().exchange('10.0.0.1');
  let all = '';
  return pieces.map((piece) => {
    all += piece;
    const step = next?.(bytesOf(all)) ?? null;
    return step === null || step === 'enough' ? step : String.fromCharCode(...step);
  });
}

function judge(text: string, end: ExchangeReply['end'] = 'enough'): string | null {
  return probe().judge({ ok: true, value: { bytes: bytesOf(text), end } });
}

describe('a conversation by SMTP', () => {
  test('goes on after each whole reply', () => {
    expect(probe().exchange('10.0.0.1')).toMatchObject({ transport: 'tcp', port: 25, deadlineMs: 2000 });
    expect(
      conversation('22', '0-mail\r\n220 ready', '\r\n', '250-PIPELINING\n', '250 HELP\n', '221 bye\r\n'),
    ).toEqual([null, null, 'HELO understudy\r\n', null, 'QUIT\r\n', 'enough']);
  });

  test('ends with the first reply that is not as it should be', () => {
    expect(conversation('554 no\r\n')).toEqual(['enough']);
    expect(conversation('220 yes\r\n', '550 not you\r\n')).toEqual(['HELO understudy\r\n', 'enough']);
    expect(conversation('SSH-2.0-x\r\n')).toEqual(['enough']);
  });
});

describe('the judgement of it', () => {
  test('is good to the end, or to a closed connection after QUIT', () => {
    expect(judge('220-a\r\n220 b\r\n250 c\r\n221 d\r\n')).toBeNull();
    expect(judge('220 b\r\n250 c\r\n', 'closed')).toBeNull();
  });

  test.each([
    ['554 no\r\n', 'enough', 'answered "554 no" where a reply 220 was expected'],
    ['220 a\r\n550 not you\r\n', 'enough', 'answered "550 not you" where a reply 250 was expected'],
    ['', 'closed', 'connection closed where a reply 220 was expected'],
    ['220 a\r\n', 'closed', 'connection closed where a reply 250 was expected, after "220 a.."'],
    ['220-x\r\n'.repeat(3), 'limit', 'no end of an answer within 21 bytes'],
    ['220 a\r\n250 b\r\n500 what\r\n', 'enough', 'answered "500 what" where a reply 221 was expected'],
  ] as const)('%j is bad', (text, end, fault) => {
    expect(judge(text, end)).toBe(fault);
  });
});

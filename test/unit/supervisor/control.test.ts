import { describe, expect, it } from 'vitest';
import { parseRequest, printAnswer, readAnswer } from '../../../src/supervisor/control';

const parse = (line: string) => parseRequest(line.split(' '));

describe('an operator asks', () => {
  it.each([
    ['status', { type: 'status' }],
    ['standby', { type: 'command', command: { name: 'standby', scope: 'all' } }],
    ['standby local', { type: 'command', command: { name: 'standby', scope: 'local' } }],
    ['takeover foreign', { type: 'command', command: { name: 'takeover', scope: 'foreign' } }],
    ['takeover failback', { type: 'command', command: { name: 'takeover', scope: 'foreign' } }],
    ['maintenance on', { type: 'command', command: { name: 'maintenance', on: true } }],
    ['maintenance off', { type: 'command', command: { name: 'maintenance', on: false } }],
  ])('%s', (line, request) => {
    expect(parse(line)).toEqual(request);
  });

  it.each([
    ['standby some', 'standby takes all, local, foreign or failback, not some'],
    ['standby constructor', 'standby takes all, local, foreign or failback, not constructor'],
    ['maintenance', 'maintenance takes on or off'],
    ['maintenance maybe', 'maintenance takes on or off'],
    ['status now', 'status takes no now'],
    ['takeover all please', 'takeover: too many words'],
    ['reboot', 'there is no request reboot'],
    ['', 'there is no request '],
  ])('"%s" is refused by one sentence', (line, sentence) => {
    const refusal = parse(line);
    expect(refusal).toContain(sentence);
    expect(refusal).not.toContain('\n');
  });
});

describe('an answer', () => {
  it('comes through as it was given', () => {
    for (const answer of [
      { accepted: true, text: 'this box hands the group over to lb-b' },
      { accepted: false, text: 'two\nlines' },
    ])
      expect(readAnswer(printAnswer(answer))).toEqual(answer);
  });

  it('that is cut off, or none, is not taken for one', () => {
    for (const text of ['', 'ok', 'ok\nthis box hands', 'maybe\nso\n']) expect(readAnswer(text)).toBeNull();
  });
});

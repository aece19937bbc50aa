import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ERRNO, errorName, errorWords, SIGNAL } from '../../../src/host/quickjs/linux';

describe('Linux numbers', () => {
  it('of errors agree with this Linux machine', () => {
    const here: Readonly<Record<string, number>> = constants.errno;
    const known = Object.entries(ERRNO).filter(([name]) => name in here);
    expect(known.length).toBeGreaterThan(40);
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(known.map(([name]) => [name, here[name]])));
  });

  it('of signals agree with this Linux machine', () => {
    const here: Readonly<Record<string, number>> = constants.signals;
    for (const [name, value] of Object.entries(SIGNAL))
      expect([name, here[`SIG${name}`]]).toEqual([name, value]);
  });

  it('have names and words, whatever their sign', () => {
    expect(errorName(-17)).toBe('EEXIST');
    expect(errorName(17)).toBe('EEXIST');
    expect(errorWords(-111)).toBe('connection refused');
    expect(errorName(-200)).toBe('errno 200');
    expect(errorWords(200)).toBe('errno 200');
  });
});

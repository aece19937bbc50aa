import { describe, expect, it } from 'vitest';
import { cut, lcdText, shorten, spread, wrap } from '../../../../src/panel/lcd/text';
import { generator } from '../../random';

describe('text for few characters', () => {
  it('takes the longest form that fits, and cuts the shortest like an abbreviation', () => {
    expect(shorten(['peer backup alive', 'peer ok'], 17)).toBe('peer backup alive');
    expect(shorten(['peer backup alive', 'peer ok'], 16)).toBe('peer ok');
    expect(shorten(['peer backup alive', 'peer ok'], 6)).toBe('peer.');
    expect(shorten(['only this'], 8)).toBe('only th.');
    expect(cut('exactly', 7)).toBe('exactly');
  });

  it('keeps what is left whole before what is right', () => {
    expect(spread('ACTIVE', 'lead', 16)).toBe('ACTIVE      lead');
    expect(spread('ACTIVE', 'loadbalancer-1', 16)).toBe('ACTIVE loadbala.');
    expect(spread('STANDBY OF ALL', 'lead', 16)).toBe('STANDBY OF ALL');
  });

  it('wraps by words, and cuts a word that is longer than a row', () => {
    expect(wrap('backup is silent on all links', 16)).toEqual(['backup is silent', 'on all links']);
    expect(wrap('a 2001:db8:ffff:ffff::1 b', 10)).toEqual(['a', '2001:db8:.', 'b']);
    expect(wrap('', 16)).toEqual([]);
    expect(wrap('two  blanks', 16)).toEqual(['two  blanks']);
  });

  it('has only characters that all modules draw alike, and never more of them than there is room for', () => {
    expect(lcdText('a_b[c]{d}|e~f@g$h\\i^j`k\u00e4\x00\xfe')).toBe('a-b(c)(d)!e?f?g?h?i?j?k???');
    const below = generator(3);
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: below(60) }, () => String.fromCharCode(32 + below(240))).join('');
      const columns = 4 + below(40);
      for (const row of [shorten([text], columns), spread(text, text, columns), ...wrap(text, columns)]) {
        expect(row.length).toBeLessThanOrEqual(columns);
        expect(row).toMatch(/^[ !"#%&'()*+,\-./0-9:;<=>?A-Za-z]*$/);
      }
      expect(wrap(text, columns).every((row) => row.length > 0)).toBe(true);
    }
  });
});

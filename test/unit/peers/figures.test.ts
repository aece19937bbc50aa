import { describe, expect, it } from 'vitest';
import { inOneUnit } from '../../peers/figures';

describe('inOneUnit', () => {
  it('goes by the largest of the three', () => {
    expect(inOneUnit(963.4, [872, 1057])).toBe('0.96 s (0.87–1.06)');
    expect(inOneUnit(183, [167.2, 999])).toBe('183 ms (167–999)');
  });
});

import { describe, expect, it } from 'vitest';
import { BLINK_MS, modemDueMs, modemLines } from '../../../src/panel/modem-lamps';
import { panelView } from '../../../src/panel/view';
import { BOX, STATES } from './statuses';

/** `A` for ACTIVE lit, `F` for FAULT lit, in both halves of a blink. */
function seen(state: string): string {
  const view = panelView(STATES[state]!, BOX);
  return [0, BLINK_MS / 2]
    .map((nowMs) => {
      const { dtr, rts } = modemLines(view, nowMs);
      return `${dtr ? 'A' : '-'}${rts ? 'F' : '-'}`;
    })
    .join(' ');
}

describe('lamps on modem lines', () => {
  it('show who is active, a fault, and a warning by blinking', () => {
    expect(Object.fromEntries(Object.keys(STATES).map((state) => [state, seen(state)]))).toEqual({
      starting: '-F --',
      active: 'A- A-',
      standby: '-- --',
      'peer-lost': 'AF AF',
      'link-lost': 'AF AF',
      'server-down': 'AF AF',
      'split-suspected': 'AF AF',
      'config-differs': 'AF A-',
      maintenance: '-F --',
      upgrading: 'AF A-',
      'not-configured': '-F --',
      'no-supervisor': '-F -F',
    });
  });

  it('are looked at again only while they blink, and always a little later', () => {
    for (const [state, heard] of Object.entries(STATES)) {
      const view = panelView(heard, BOX);
      const isBlinking = new Set(seen(state).split(' ')).size > 1;
      for (const nowMs of [0, 1, 499, 500, 999, 1000.25]) {
        const dueMs = modemDueMs(view, nowMs);
        if (isBlinking) {
          expect(dueMs).toBeGreaterThan(nowMs);
          expect(dueMs! % (BLINK_MS / 2)).toBe(0);
        } else expect(dueMs).toBe(null);
      }
    }
  });
});

import { expect, test } from 'vitest';
import { LCD_BAUDS, LCD_MODULES } from '../../../src/config/schema';
import { CHOICES, USUAL_BAUDS } from '../../../src/panel/lcd/model';
import { panelPrograms } from '../../../src/supervisor/panels';
import { paper } from '../monitor/paper';

test('each panel is a program with what is set for it', () => {
  const panel = {
    lines: [{ device: '/dev/ttyS1', baud: 9600, intervalMs: 30_000 }],
    lcds: [
      { device: '/dev/ttyS2', module: 'auto', baud: null, hasStandbyKey: false },
      { device: '/dev/ttyS3', module: 'crystalfontz-633', baud: 19_200, hasStandbyKey: true },
    ],
    lamps: ['/dev/ttyS4'],
  };
  expect(panelPrograms({ ...paper, panel }).map((argv) => argv.join(' '))).toEqual([
    '/usr/bin/understudy panel line /dev/ttyS1 --baud 9600 --interval 30',
    '/usr/bin/understudy panel lcd /dev/ttyS2 --module auto',
    '/usr/bin/understudy panel lcd /dev/ttyS3 --module crystalfontz-633 --baud 19200 --standby-key on',
    '/usr/bin/understudy panel lamps /dev/ttyS4',
  ]);
});

test('what can be set is what the panel knows', () => {
  expect(LCD_MODULES).toEqual(['auto', ...Object.keys(CHOICES)]);
  expect(LCD_BAUDS).toEqual(USUAL_BAUDS);
});

import { expect, test } from 'vitest';
import { serviceLines } from '../../../src/console/views';
import type { ServerStatus, Status } from '../../../src/supervisor/status';

const NOW_MS = 100_000;
const WALL_MS = 1_000_000;

function lines(...servers: readonly ServerStatus[]): string[] {
  const services = [{ name: 'tcp 192.0.2.10:80', scheduler: 'wrr', servers }];
  return serviceLines({ services, nowMs: NOW_MS, wallMs: WALL_MS } as unknown as Status);
}

const rates = { connections: 12, inPackets: 1, outPackets: 1, inBytes: 999, outBytes: 1_234_567 };

test('a server with all that is known of it', () => {
  const [title, head, ...rows] = lines(
    {
      name: '10.0.0.21:80',
      weight: 3,
      health: 'up',
      state: 'up',
      sinceMs: NOW_MS - 7 * 60_000,
      lastCheck: { ok: true, wallMs: WALL_MS - 1200, summary: '' },
      kernel: { weight: 3, connections: { active: 150, inactive: 40 }, rates },
    },
    {
      name: '10.0.0.22:80',
      weight: 3,
      health: 'down',
      state: 'down',
      sinceMs: NOW_MS - 3000,
      lastCheck: { ok: false, wallMs: WALL_MS - 400, summary: 'refused' },
      kernel: null,
    },
    {
      name: '10.0.0.23:80',
      weight: 3,
      health: 'up',
      state: 'draining',
      sinceMs: NOW_MS - 500,
      kernel: { weight: 0, connections: { active: 2, inactive: 0 } },
    },
  );
  expect(title).toBe('service tcp 192.0.2.10:80, wrr');
  const cells = (line: string | undefined): string[] => line!.trim().split(/ {2,}/);
  expect(cells(head)).toEqual([
    'real server',
    'weight',
    'state',
    'since',
    'check',
    'act',
    'inact',
    'conn/s',
    'B/s',
  ]);
  expect(rows.map(cells)).toEqual([
    ['10.0.0.21:80', '3', 'up', '7 min', 'good 1.2 s', '150', '40', '12', '999/1.2M'],
    ['10.0.0.22:80', 'out/3', 'DOWN', '3.0 s', 'BAD 400 ms'],
    ['10.0.0.23:80', '0/3', 'draining', '500 ms', 'none', '2', '0'],
  ]);
  for (const line of [title, head, ...rows]) expect(line!.length).toBeLessThanOrEqual(80);
});

test('a status of an older program says what it has', () => {
  const [, , row] = lines({ name: '10.0.0.21:80', weight: 1, health: 'unknown' });
  expect(row!.trim().split(/ {2,}/)).toEqual(['10.0.0.21:80', '1', 'unchecked', 'none']);
});

import { describe, expect, test } from 'vitest';
import {
  type AnnounceSchedule,
  announced,
  announcement,
  nextAnnouncementMs,
  startAnnouncing,
} from '../../../src/director/arp';

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

test('a request with no target hardware address, and a reply with the own one', () => {
  const [request, reply] = announcement('168.188.46.175', Uint8Array.of(0x02, 0, 0, 0xab, 0xcd, 0xef));
  const start = 'ffffffffffff' + '020000abcdef' + '0806' + '0001' + '0800' + '06' + '04';
  expect(hex(request)).toBe(`${start}0001020000abcdefa8bc2eaf000000000000a8bc2eaf`);
  expect(hex(reply)).toBe(`${start}0002020000abcdefa8bc2eaf020000abcdefa8bc2eaf`);
});

describe('the schedule', () => {
  function times(start: number, count: number): number[] {
    let schedule: AnnounceSchedule = startAnnouncing(start);
    return Array.from({ length: count }, () => {
      const due = nextAnnouncementMs(schedule);
      schedule = announced(schedule, due);
      return due;
    });
  }

  test('5 times 200 ms apart, again after 5 s, then each minute', () => {
    const burst = [0, 200, 400, 600, 800];
    expect(times(1000, 13)).toEqual(
      [...burst, ...burst.map((at) => 5000 + at), 60_000, 120_000, 180_000].map((at) => 1000 + at),
    );
  });

  test('a box that slept sends one refresh, not all that it missed', () => {
    let schedule = startAnnouncing(0);
    for (let sent = 0; sent < 10; sent++) schedule = announced(schedule, nextAnnouncementMs(schedule));
    schedule = announced(schedule, 10 * 60_000 + 30_000);
    expect(nextAnnouncementMs(schedule)).toBe(11 * 60_000);
  });
});

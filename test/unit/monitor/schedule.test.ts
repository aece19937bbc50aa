import { expect, test } from 'vitest';
import { Schedule } from '../../../src/monitor/schedule';

test('nothing is due in an empty schedule', () => {
  const schedule = new Schedule<string>();
  expect(schedule.nextMs()).toBeNull();
  expect(schedule.take(Number.MAX_VALUE)).toBeNull();
});

test('gives what is due, and not what is not', () => {
  const schedule = new Schedule<string>();
  schedule.add(20, 'late');
  schedule.add(10, 'early');
  expect(schedule.take(9.9)).toBeNull();
  expect(schedule.take(10)).toBe('early');
  expect(schedule.take(10)).toBeNull();
  expect(schedule.nextMs()).toBe(20);
});

test('comes out in order of time, whatever the order in', () => {
  for (let size = 1; size <= 40; size++) {
    const schedule = new Schedule<number>();
    const times = Array.from({ length: size }, (_, index) => (index * 7919) % 31);
    for (const time of times) schedule.add(time, time);
    const out = times.map(() => schedule.take(100));
    expect(out).toEqual([...times].sort((a, b) => a - b));
    expect(schedule.take(100)).toBeNull();
  }
});

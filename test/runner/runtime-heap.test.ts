/** The heap of JavaScript: blocks of all sizes keep what they hold, and what is dropped is used again. */

import { expect, test } from 'vitest';
import { describeRunners } from './runtime-harness';

describeRunners('the heap', (runner, target) => {
  test('keeps blocks of all sizes apart while they come, grow, shrink and go', () => {
    const printed = runner().lines(`
let seed = 7;
const random = (limit) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % limit; };
const kept = [];
let wrong = 0;
for (let round = 0; round < 20000; round++) {
  const at = random(300), size = random(random(8) === 0 ? 3000 : 90), fill = round % 251;
  const old = kept[at];
  if (old && !old.bytes.every((byte) => byte === old.fill)) wrong++;
  if (old && !old.list.every((value, index) => value === old.fill + index)) wrong++;
  if (random(5) === 0) { kept[at] = undefined; continue; }
  const list = [];
  for (let index = 0; index < size % 70; index++) list.push(fill + index);
  list.length = Math.floor(list.length / 2);
  kept[at] = { bytes: new Uint8Array(size).fill(fill), list, fill, name: 'x'.repeat(size) };
}
print(wrong);`);
    expect(printed).toEqual(['0']);
  });

  // The sanitizer keeps what is freed.
  if (target !== 'x64-asan')
    test('does not grow by cycles that are dropped between two waits', () => {
      const program = (rounds: number): string => `
const status = () => { const fd = sys.open('/proc/self/status', 0, 0), b = new ArrayBuffer(4096); return text(b, sys.read(fd, b, 0, 4096)); };
const rss = () => Number(/VmRSS:\\s+(\\d+)/.exec(status())[1]);
const set = new Int32Array(0);
sys.poll(set, 0, 1);
const before = rss();
for (let round = 0; round < ${rounds}; round++) {
  for (let count = 0; count < 200; count++) { const one = {}; one.self = () => one; }
  sys.poll(set, 0, 1);
}
print(rss() - before);`;
      const grownKib = (rounds: number): number => Number(runner().lines(program(rounds))[0]);
      expect(grownKib(100)).toBeLessThan(1024);
    });
});

/** Takeover, hand-back, hand-over and carrying on after a kill, by two real supervisors. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { GROUP, PAIR, TestPair, until } from './pair-harness';

const CONFIG = `${PAIR}
set heartbeat keepalive 200ms
set heartbeat deadtime 2s
set heartbeat initdead 5s
`;
/** Longer than the deadtime: by then the other box would have taken over. */
const LONG_ENOUGH_MS = 3000;

const pair = new TestPair();

beforeAll(async () => {
  await pair.open();
  for (const name of ['left', 'right'] as const) pair.configure(name, CONFIG);
}, 120_000);

afterAll(() => pair.close());

test('the preferred box takes the whole group when both start', async () => {
  pair.start('left');
  pair.start('right');
  await pair.owner('left');
});

test('a killed supervisor that comes back at once goes on without losing an address', async () => {
  const before = pair.count('right', 'role-acquiring');
  await pair.end('left', 'SIGKILL');
  expect(pair.held('left')).toEqual(GROUP);
  pair.start('left');
  await new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS));
  expect(pair.held('left')).toEqual(GROUP);
  expect(pair.held('right')).toEqual([]);
  expect(pair.count('right', 'role-acquiring')).toBe(before);
});

test('an address of the group that somebody deletes is put back', async () => {
  pair.deleteAddress('left', 'eth1', '10.2.0.1/24');
  // The box may be quicker than a look at the addresses in between.
  await until('the box notices', () => pair.count('left', 'address-lost') === 1);
  await pair.owner('left');
});

test('the other box takes over when the first is gone, and gives back when it returns', async () => {
  await pair.losePower('left');
  await pair.owner('right');
  pair.start('left');
  await pair.owner('left');
});

test('a wrong configuration is refused on SIGHUP and the box goes on as it was', async () => {
  pair.configure('left', `${CONFIG}set heartbeat keepalife 1s\n`);
  pair.signal('left', 'SIGHUP');
  await until('the configuration is refused', () => pair.count('left', 'configuration-refused') > 0);
  expect(pair.held('left')).toEqual(GROUP);
  pair.configure('left', CONFIG);
});

test('a clean stop hands the group over and ends with status 0', async () => {
  expect(await pair.end('left', 'SIGTERM')).toBe(0);
  expect(pair.held('left')).toEqual([]);
  await pair.owner('right');
  expect(pair.events('right')).toContain('peer-left');
  expect(await pair.end('right', 'SIGTERM')).toBe(0);
});

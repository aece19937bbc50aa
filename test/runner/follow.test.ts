/** A commit on one box of a real pair comes to the other, without its keys. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GROUP, type Name, PAIR, TestPair, until } from './pair-harness';

const pair = new TestPair();
const other = (name: Name): Name => (name === 'left' ? 'right' : 'left');

const commit = (name: Name, text: string) => pair.commit(name, text);
const status = (name: Name) => pair.status(name);
const holds = (name: Name, line: string): boolean =>
  readFileSync(pair.file(name, 'conf'), 'utf8').includes(line);

beforeAll(async () => {
  await pair.open();
  for (const name of ['left', 'right'] as const) pair.configure(name, PAIR);
  for (const name of ['left', 'right'] as const) pair.start(name);
  await pair.owner('left');
}, 120_000);

afterAll(() => pair.close());

test.each(['left', 'right'] as const)('a commit on the %s is followed by the other box', async (name) => {
  const line = `set service tcp 10.1.0.1:80 server 10.2.0.9:${name === 'left' ? 81 : 82} weight 3\n`;
  const text = `${PAIR}# committed on the ${name}\n${line}`;
  expect(await commit(name, text)).toMatchObject({
    ok: true,
    text: expect.stringContaining(`on ${other(name)} too`),
  });
  expect(holds(other(name), `# committed on the ${name}`)).toBe(true);
  await until(
    'they agree',
    () => status('left').cluster.mismatches.length + status('right').cluster.mismatches.length === 0,
  );
  expect(holds(other(name), 'a cable and a key')).toBe(true);
  expect(pair.held('left')).toEqual(GROUP);
  for (const box of ['left', 'right'] as const)
    expect(status(box).cluster.counters).toMatchObject({ peerDeaths: 0 });
});

test('what the other box cannot have is taken back', async () => {
  const bad = `${PAIR}set node right interface eth9 address 10.9.0.3/24\n`;
  expect(await commit('left', bad)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^right cannot have it: .*eth9/),
  });
  for (const name of ['left', 'right'] as const) expect(holds(name, 'eth9')).toBe(false);
  await until(
    'they agree',
    () => status('left').cluster.mismatches.length + status('right').cluster.mismatches.length === 0,
  );
  expect(pair.held('left')).toEqual(GROUP);
});

test('a box that was away follows when it is back', async () => {
  await pair.end('right', 'SIGTERM');
  expect(await commit('left', `${PAIR}# while the right was away\n`)).toMatchObject({ ok: true });
  pair.start('right');
  await until('it has followed', () => holds('right', '# while the right was away'));
});

test('other keys are not followed, and the difference is shown', async () => {
  expect(await commit('left', PAIR.replace('a cable and a key', 'quite another key'))).toMatchObject({
    ok: true,
  });
  await until('nothing is heard any more', () => status('right').cluster.peer.state === 'dead');
  expect(holds('right', 'quite another key')).toBe(false);
});

/** What an operator orders on one box holds on the other: two real supervisors, over restarts and a takeover. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Name, PAIR, TestPair, until } from './pair-harness';

const CONFIG = `${PAIR}
set heartbeat keepalive 200ms
set heartbeat deadtime 1s
set heartbeat initdead 3s
set watch 10.2.0.9 service heart traptimeout 60m
set traps from 10.2.0.0/24
`;
const SERVER = ['tcp 10.1.0.1:80', '10.2.0.9:80'] as const;

const pair = new TestPair();

/** Of the only real server, and what is disabled of the watches, as `show services` and `show watches` have them. */
function state(name: Name): string {
  return pair.status(name).services[0]!.servers[0]!.state ?? '';
}

async function disabled(name: Name): Promise<boolean> {
  const reply = (await pair.ask(name, { op: 'watches' })) as unknown as {
    readonly watches: readonly { readonly disabled: boolean }[];
  };
  return reply.watches[0]!.disabled;
}

async function order(name: Name, action: 'disable' | 'enable'): Promise<string> {
  const [service, server] = SERVER;
  const { text = '', error = '' } = await pair.ask(name, { op: 'server', action, service, server });
  return text + error;
}

async function start(name: Name): Promise<void> {
  pair.start(name);
  await until(`${name} has joined`, () => pair.operate(name, 'status', '--json').status === 0);
}

beforeAll(async () => {
  await pair.open();
  for (const name of ['left', 'right'] as const) pair.configure(name, CONFIG);
  await start('left');
  await start('right');
  await pair.owner('left');
}, 120_000);

afterAll(() => pair.close());

test('a server that is disabled on one box is disabled on both', async () => {
  expect(await order('right', 'disable')).toMatch(/is disabled on both boxes$/);
  await until('the left has it', () => state('left') === 'disabled');
  expect(state('right')).toBe('disabled');
  const watch = { op: 'disable', watch: '10.2.0.9', service: '', host: '' };
  expect(await pair.ask('left', watch)).toMatchObject({ ok: true });
  const file = `${pair.file('right', 'state')}.orders`;
  await until('the right keeps it', () => readFileSync(file, 'utf8').includes('watch 10.2.0.9'));
});

test('and stays so after a takeover, and after a restart of the box that took over', async () => {
  await pair.losePower('left');
  await pair.owner('right');
  expect(state('right')).toBe('disabled');
  expect(await disabled('right')).toBe(true);
  await pair.end('right', 'SIGKILL');
  await start('right');
  expect(state('right')).toBe('disabled');
  expect(await disabled('right')).toBe(true);
});

test('what was ordered while a box was away holds there when it is back', async () => {
  expect(await order('right', 'enable')).toMatch(/on this box; left follows when it is back$/);
  await start('left');
  await until('the left has it', () => state('left') !== 'disabled');
  await pair.owner('left');
  expect(state('left')).toBe('up');
  expect(await disabled('left')).toBe(true);
});

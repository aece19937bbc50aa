/** A configuration that changes on a real pair while it beats, and while clients ask for the group's address. */

import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GROUP, type Name, PAIR, TestPair, until } from './pair-harness';

const NAMES = ['left', 'right'] as const;
const PORT = 8080;
const pair = new TestPair();

/** Answers on all addresses of its box. */
const SERVER = `require('net').createServer((client) => client.end('ok')).listen(${PORT}, '0.0.0.0')`;
/** Asks again and again, says how often it was answered and how often not, and why. */
const CLIENT = `
const { createConnection } = require('net');
const seen = { answered: 0, lost: 0, why: '' };
const lose = (why) => { seen.lost++; seen.why = why; };
setInterval(() => {
  let open = true;
  const end = (report) => { if (open) report(); open = false; };
  const socket = createConnection(${PORT}, '${GROUP[0]}');
  socket.setTimeout(2000, () => { end(() => lose('no answer')); socket.destroy(); });
  socket.on('data', () => end(() => seen.answered++));
  socket.on('error', (error) => end(() => lose(error.code)));
}, 5);
process.stdin.on('data', () => console.log(JSON.stringify(seen)));
`;

interface Seen {
  readonly answered: number;
  readonly lost: number;
  readonly why: string;
}

function ask(client: ChildProcess): Promise<Seen> {
  return new Promise((resolve) => {
    client.stdout!.once('data', (bytes: Buffer) => resolve(JSON.parse(bytes.toString()) as Seen));
    client.stdin!.write('?');
  });
}

const linkStates = (name: Name): string =>
  pair
    .status(name)
    .cluster.links.map((link) => `${link.name} ${link.state}`)
    .join(', ');

/** What must not move. */
const calm = () =>
  NAMES.map((name) => {
    const { counters, links } = pair.status(name).cluster;
    const { takeovers, handovers, peerDeaths, lateBeats, refused, conflicts } = counters;
    return { takeovers, handovers, peerDeaths, lateBeats, refused, conflicts, missed: links[0]!.missed };
  });

beforeAll(async () => {
  await pair.open();
  for (const name of NAMES) pair.configure(name, PAIR);
  for (const name of NAMES) pair.start(name);
  await pair.owner('left');
  await until('both hear each other', () => NAMES.every((name) => linkStates(name) === 'bcast eth1 up'));
}, 120_000);

afterAll(() => pair.close());

test('a server, a virtual address and a link come and go without a lost request or a lost beat', async () => {
  for (const name of NAMES) pair.script(name, SERVER);
  const client = pair.script('right', CLIENT);
  await until('clients are served', () => pair.held('left').length === GROUP.length);
  let seen = await ask(client);
  while (seen.answered < 20) seen = await ask(client);
  const before = { seen, calm: calm(), ids: NAMES.map((name) => pair.count(name, 'started')) };

  const more = `${PAIR}set group vip 10.1.0.77/24
set service tcp 10.1.0.1:80 server 10.2.0.10:80 weight 1
set service tcp 10.1.0.77:80 scheduler wlc
set service tcp 10.1.0.77:80 server 10.2.0.10:80 weight 2
set node left interface eth0 address 10.1.0.22/24
set heartbeat bcast eth0 port 694
`;
  expect(await pair.commit('left', more)).toMatchObject({
    ok: true,
    text: expect.stringMatching(/right too$/),
  });
  expect(pair.addresses('left')).toEqual(expect.arrayContaining(['10.1.0.77', '10.1.0.22', ...GROUP]));
  expect(pair.addresses('right')).not.toContain('10.1.0.77');
  expect(pair.status('right').services.map(({ servers }) => servers.length)).toEqual([2, 1]);
  await until('both links are up', () =>
    NAMES.every((name) => linkStates(name) === 'bcast eth1 up, bcast eth0 up'),
  );
  expect(await pair.commit('right', PAIR)).toMatchObject({
    ok: true,
    text: expect.stringMatching(/left too$/),
  });
  expect(pair.addresses('left').filter((one) => ['10.1.0.77', '10.1.0.22'].includes(one))).toEqual([]);
  expect(NAMES.map(linkStates)).toEqual(['bcast eth1 up', 'bcast eth1 up']);

  const after = await ask(client);
  expect(after).toMatchObject({ lost: before.seen.lost, why: before.seen.why });
  expect(after.answered).toBeGreaterThan(before.seen.answered);
  expect(calm()).toEqual(before.calm);
  expect(NAMES.map((name) => pair.count(name, 'started'))).toEqual(before.ids);
  expect(pair.held('left')).toEqual(GROUP);
  // Nothing was forgotten and put right only afterwards.
  expect(pair.count('left', 'address-lost')).toBe(0);
});

test('all links are replaced, and the box that has not heard of it is heard on the old ones until it has', async () => {
  const before = calm();
  const replaced = PAIR.replace('bcast eth1 port 694', 'bcast eth0 port 695');
  expect(await pair.commit('left', replaced)).toMatchObject({
    ok: true,
    text: expect.stringMatching(/right too$/),
  });
  await until('only the new link is left', () => NAMES.every((name) => linkStates(name) === 'bcast eth0 up'));
  expect(await pair.commit('right', PAIR)).toMatchObject({ ok: true });
  await until('only the old link is left', () => NAMES.every((name) => linkStates(name) === 'bcast eth1 up'));
  const quiet = (all: typeof before) => all.map(({ missed: _, ...rest }) => rest);
  expect(quiet(calm())).toEqual(quiet(before));
});

test('what cannot be put into force is taken back, live', async () => {
  const refused = `${PAIR}set group vip 10.1.0.77/24\nset heartbeat watchdog /dev/null\n`;
  const before = calm();
  expect(await pair.commit('left', refused)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/\/dev\/null.*revision \d+ is in force$/),
  });
  expect(readFileSync(pair.file('left', 'conf'), 'utf8')).not.toContain('/dev/null');
  expect(pair.addresses('left')).not.toContain('10.1.0.77');
  expect(pair.status('left').cluster).toMatchObject({ role: 'active', watchdog: null });
  expect(calm()).toEqual(before);
});

test('a supervisor that is killed in the middle leaves nothing of the other configuration behind', async () => {
  const waits = { op: 'commit', who: 'test', acknowledgeRisk: true, confirmMinutes: 5 };
  const text = `${PAIR}set group vip 10.1.0.77/24\nset node left interface eth0 address 10.1.0.22/24\n`;
  expect(await pair.ask('left', { ...waits, text })).toMatchObject({ ok: true });
  expect(pair.addresses('left')).toEqual(expect.arrayContaining(['10.1.0.77', '10.1.0.22']));
  await pair.end('left', 'SIGKILL');
  pair.start('left');
  await until(
    'only what is saved is left',
    () => !['10.1.0.77', '10.1.0.22'].some((one) => pair.addresses('left').includes(one)),
  );
  await pair.owner('left');
});

/** mon's rules on a real supervisor: programs as monitors and alerts, traps over UDP, and what an operator says of watches. */

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAIR, TestPair, until } from './pair-harness';

const pair = new TestPair();
const fails = join(pair.folder, 'fails');
const told = join(pair.folder, 'told');
const monitor = join(pair.folder, 'own.monitor');
const alert = join(pair.folder, 'own.alert');

const path = 'watch 10.2.0.9 service own';
const CONFIG = `${PAIR}
set heartbeat initdead 1s
set ${path} interval 100ms
set ${path} monitor "${monitor}"
set ${path} fall 2
set ${path} description "the shop"
set ${path} variable SHELF "one"
set ${path} period p alert "exit=3 ${alert} three"
set ${path} period p alert "exit=4-9 ${alert} four"
set ${path} period p upalert "${alert} up"
set ${path} period p startupalert "${alert} hello"
set ${path} period p alertevery 60m
set watch 10.2.0.9 service heart traptimeout 60m
set watch 10.2.0.9 service heart period p alert "${alert} heart"
set traps from 10.2.0.0/24
`;

const lines = (): string[] => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : []);
const has = (words: string): boolean => lines().some((line) => ` ${line}`.includes(words));

function script(file: string, body: string): void {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

/** As Mon::Client sends it. */
function trap(service: string): void {
  const text = `pro=0.38\\ntyp=failure\\ngrp=10.2.0.9\\nsvc=${service}\\nsta=1\\nsum=no\\\\20beat`;
  const code = `const s=require('dgram').createSocket('udp4');s.send("${text}",2583,'10.2.0.2',()=>s.close())`;
  pair.script('left', code);
}

interface Watch {
  readonly service: string;
  readonly state: string;
  readonly disabled: boolean;
  readonly ack: string | null;
}

async function own(): Promise<Watch | undefined> {
  const reply = (await pair.ask('left', { op: 'watches' })) as unknown as { readonly watches: Watch[] };
  return reply.watches.find(({ service }) => service === 'own');
}

async function start(): Promise<void> {
  pair.start('left');
  await until('it listens', () => existsSync(pair.file('left', 'control')));
  await until('it says hello', () => has('startup'));
}

beforeAll(async () => {
  await pair.open();
  pair.configure('left', CONFIG);
  script(monitor, `test -e ${fails} || exit 0; echo "summary of $MON_DESCRIPTION"; exit $(cat ${fails})`);
  script(alert, `read summary; echo "$MON_ALERTTYPE $SHELF $* [$summary]" >>${told}`);
  await start();
}, 120_000);

afterAll(() => pair.close());

test('an alert hears of the exit value that it is for, with what the service is told of', async () => {
  writeFileSync(fails, '3');
  await until('an alert is given', () => has('failure'));
  const line = lines().find((one) => one.startsWith('failure'));
  expect(line).toMatch(
    /^failure one -s own -g 10\.2\.0\.9 -h 10\.2\.0\.9 -t \d+ -l 3600 three \[summary of the shop\]$/,
  );
  expect(lines().some((one) => one.includes(' four '))).toBe(false);
});

test('a failure is acknowledged, and an upalert ends that', async () => {
  const request = { op: 'ack', watch: '10.2.0.9', service: 'own', comment: 'I know' };
  expect(await pair.ask('left', request)).toMatchObject({ ok: true });
  expect(await own()).toMatchObject({ state: 'failed', ack: 'I know' });
  writeFileSync(fails, '0');
  await until('an upalert is given', () => has(' up one -s own'));
  expect(await own()).toMatchObject({ state: 'ok', ack: null });
  expect(await pair.ask('left', request)).toMatchObject({ ok: false });
});

test('a trap sets off an alert', async () => {
  trap('heart');
  await until('an alert is given', () => has('trap  -s heart'));
  expect(lines().find((line) => line.startsWith('trap'))).toMatch(/ -T heart \[no beat\]$/);
});

test('what is disabled stays so over a restart', async () => {
  const request = { op: 'disable', watch: '10.2.0.9', service: 'own', host: '' };
  expect(await pair.ask('left', request)).toMatchObject({ ok: true });
  const kept = `${pair.file('left', 'state')}.orders`;
  const isKept = (): boolean =>
    existsSync(kept) && readFileSync(kept, 'utf8').includes('service 10.2.0.9 own');
  await until('it is kept', isKept);
  expect(await pair.end('left', 'SIGKILL')).toBeNull();
  writeFileSync(told, '');
  writeFileSync(fails, '5');
  pair.start('left');
  // Until it listens, asking fails.
  let watch: Watch | undefined;
  for (let left = 100; left > 0 && watch?.state !== 'failed'; left--) {
    watch = await own().catch(() => undefined);
    await new Promise((go) => setTimeout(go, 50));
  }
  expect(watch).toMatchObject({ state: 'failed', disabled: true });
  expect(await pair.ask('left', { ...request, op: 'enable' })).toMatchObject({ ok: true });
  await until('an alert is given', () => has('four [summary'));
  expect(lines().some((line) => line.includes('hello'))).toBe(false);
});

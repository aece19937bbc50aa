/** Both boxes watch, and people hear of each thing once: from the active box, also after a takeover. */

import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Name, PAIR, TestPair, until } from './pair-harness';

const pair = new TestPair();
const fails = join(pair.folder, 'fails');
const told = join(pair.folder, 'told');
const monitor = join(pair.folder, 'own.monitor');
const alert = join(pair.folder, 'own.alert');
const path = 'watch 10.2.0.9 service own';
const CONFIG = `${PAIR}
set heartbeat keepalive 200ms
set heartbeat deadtime 1s
set heartbeat initdead 2s
set ${path} interval 100ms
set ${path} monitor "${monitor}"
set ${path} period p alert "${alert} bad"
set ${path} period p alert "console"
set ${path} period p upalert "${alert} good"
set ${path} period p alertevery 60m
`;
/** Longer than it takes a box to give what it has held back. */
const LONG_ENOUGH_MS = 2000;

const lines = (): string[] => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : []);

function script(file: string, body: string): void {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

function saw(name: Name, event: string): boolean {
  return existsSync(pair.file(name, 'log')) && pair.count(name, event) > 0;
}

beforeAll(async () => {
  await pair.open();
  script(monitor, `test ! -e ${fails}`);
  script(alert, `echo "$*" | sed 's/.* //' >>${told}`);
  for (const name of ['left', 'right'] as const) {
    pair.configure(name, CONFIG);
    pair.start(name);
  }
  await pair.owner('left');
}, 120_000);

afterAll(() => pair.close());

test('an alert that goes out is given once, and one that stays on the box by each', async () => {
  writeFileSync(fails, '');
  await until('an alert is given', () => lines().length > 0);
  await until('both consoles say it', () => saw('left', 'alert') && saw('right', 'alert'));
  await new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS));
  expect(lines()).toEqual(['bad']);
});

test('a takeover repeats nothing, and the successor tells when it is over', async () => {
  await pair.losePower('left');
  await pair.owner('right');
  await new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS));
  expect(lines()).toEqual(['bad']);
  rmSync(fails);
  await until('it is over', () => lines().length > 1);
  expect(lines()).toEqual(['bad', 'good']);
});

/**
 * Two boxes fresh from the factory are set up, paired and serving by nothing but what a person types at their consoles.
 */

import { addressOf } from '../../src/config/address';
import type { Box } from './box';
import { sleep } from './clock';
import { BOXES, type BoxName } from './network';
import { readConfig } from './pair';
import { CLIENT_RATE, type Run, type Step } from './run';
import { duration } from './verdict';

const BOOT_DEADLINE_MS = 60_000;
const SERVING_DEADLINE_MS = 60_000;
const PASSWORD = 'correct horse';
/** A person presses a key now and then. */
const KEY_MS = 20;

export const typed: Step = {
  name: 'typed',
  title: 'two factory-fresh boxes are set up, paired and serving by typed commands',
  run: async (run) => {
    const { bench } = run;
    await Promise.all(BOXES.map((name) => bench.boxes[name].powerOff()));
    await bench.writeFactoryDisks();
    const { lead, backup } = bench.boxes;
    for (const box of [lead, backup]) {
      box.look();
      box.powerOn();
    }
    await Promise.all([firstLogin(lead), firstLogin(backup)]);
    const fromMs = run.now();
    run.act('setup typed on the lead', 'setup');
    await setUp(run, lead);
    run.act('pair typed on both', 'pair');
    await Promise.all([pair(lead), pair(backup)]);
    run.measure('setup and pair, typed', duration(run.now() - fromMs));
    bench.setRate(CLIENT_RATE);
    const servingMs = await bench.waitForActive('lead', SERVING_DEADLINE_MS);
    const firstMs = await bench.waitForService(servingMs, SERVING_DEADLINE_MS);
    run.check('the lead serves', true, `${duration(firstMs - fromMs)} after the first word of setup`);
    for (const [name, role] of [
      ['lead', 'ACTIVE'],
      ['backup', 'STANDBY'],
    ] as const)
      await shows(run, name, role);
  },
};

async function firstLogin(box: Box): Promise<void> {
  await box.answer('Enter: log in', '\r', BOOT_DEADLINE_MS);
  await box.answer('New password: ', `${PASSWORD}\r`);
  await box.answer('once more: ', `${PASSWORD}\r`);
  await box.answer('> ', '\r');
}

/** Question, as it begins, and answer; the paper's names and addresses. */
function answers(run: Run): (readonly [string, string])[] {
  const { nodes, group, services } = readConfig(run.config);
  const own = nodes.find(({ name }) => name === group.preferred)!;
  const other = nodes.find((node) => node !== own)!;
  const address = (node: typeof own, card: string): string =>
    node.interfaces.find(({ name }) => name === card)!.addresses[0]!;
  const { port, servers } = services[0]!;
  return [
    ['Name of this box', own.name],
    ['Name of the other box', other.name],
    ['Network card to the clients', ''],
    ['Address of this box', address(own, 'eth0')],
    ['Address of the other box', address(other, 'eth0')],
    ['Router', own.routes[0]?.via ?? 'none'],
    ['Network card to the web servers', ''],
    ['Address of this box', address(own, 'eth1')],
    ['Address of the other box', address(other, 'eth1')],
    ['Virtual address', group.vips[0]!],
    ['gateway', group.gateways[0]!],
    ['TCP port', String(port)],
    ['Addresses of the web servers', servers.map((server) => addressOf(`${server.address}/32`)).join(' ')],
    ['How to check them', 'http'],
  ];
}

async function setUp(run: Run, box: Box): Promise<void> {
  await box.answer('> ', 'setup\r');
  for (const [question, answer] of answers(run)) {
    await box.answer(question, '');
    await sleep(KEY_MS);
    await box.answer('', `${answer}\r`);
  }
  await box.answer('Commit this?', 'yes\r');
  await box.answer('> ', '\r', BOOT_DEADLINE_MS);
}

async function pair(box: Box): Promise<void> {
  await box.answer('> ', 'pair\r');
  await box.answer('show the same code?', 'yes\r', BOOT_DEADLINE_MS);
  await box.answer('are a pair now', '\r', BOOT_DEADLINE_MS);
}

async function shows(run: Run, name: BoxName, role: string): Promise<void> {
  const box = run.bench.boxes[name];
  await box.answer('> ', 'show status\r');
  await box.answer('this run', '\r');
  const line =
    box.lines
      .map(({ text }) => text)
      .reverse()
      .find((text) => text.includes(`: ${role}`)) ?? 'not seen';
  run.check(`the console of the ${name} says ${role}`, line !== 'not seen', line);
}

/**
 * `pair`: the conversation with the other box over the null modem, from the operator's side. What is said on the line is
 * `pairing/`; this puts the configuration and the new key in force, and asks the operator to compare the codes.
 */

import type { Config } from '../config/config';
import { type Document, deleteLine, printDocument, readDocument, setLine } from '../config/document';
import { parseConfig } from '../config/parse';
import { SERIAL_BAUDS } from '../config/schema';
import { monitorFaults } from '../monitor/validate';
import { Pairing } from '../pairing/pairing';
import type { CommandEntry } from './grammar';
import { rename } from './rename';
import type { Shell } from './shell';

/** COM2 at its usual speed, as the README has the cable. */
const DEVICE = '/dev/ttyS1';
const BAUD = 115_200;
const NONCE_BYTES = 32;
const POLL_MS = 20;
/** Progress is told in such steps, per cent. */
const TOLD_STEP = 25;
const WHO = 'pair';

export const PAIR: readonly CommandEntry<Shell>[] = [
  {
    syntax: 'pair',
    help: 'make a pair of this box and the one at the other end of the null modem',
    run: (shell) => pair(shell, null),
  },
  {
    syntax: 'pair DEVICE BAUD',
    help: 'the same, over another serial port',
    parameters: {
      DEVICE: { help: `the port; ${DEVICE} when not given` },
      BAUD: { help: 'its speed, the same on both boxes', words: SERIAL_BAUDS.map(String) },
    },
    run: (shell, { values }) => pair(shell, { device: values.DEVICE!, baud: Number(values.BAUD) }),
  },
];

interface Port {
  readonly device: string;
  readonly baud: number;
}

async function pair(shell: Shell, given: Port | null): Promise<void> {
  const { world } = shell;
  const running = await world.ask({ op: 'config' });
  if (!running.ok) return shell.say(running.error);
  const { config } = parseConfig(running.text, 'configuration', monitorFaults);
  const port = given ?? portOf(config);
  const lent = await world.lend(port.device);
  if (!lent.ok) return shell.say(lent.error);
  const pairing = new Pairing({
    name: world.hostname(),
    gives: config !== null,
    nonce: hex(world.random(NONCE_BYTES)),
    digest: (text) => world.digest(text),
    nowMs: world.now(),
  });
  const line = world.openSerial(port.device, port.baud, {
    onData: (bytes) => pairing.receive(bytes, world.now()),
    onState: (fault) => {
      if (fault !== null) pairing.refuse(`${port.device} does not work: ${fault}`);
    },
  });
  const talking = talk(shell, pairing, (text) => line.send(text));
  const doing = converse(shell, pairing, running.text);
  await shell.untilStopped(Promise.all([talking, doing]), () => pairing.refuse('the operator gave up'));
  line.close();
  lent.value();
}

/** The null modem of the configuration, else the usual one. */
function portOf(config: Config | null): Port {
  const link = config?.heartbeat.links.find(({ kind }) => kind === 'serial');
  return link?.kind === 'serial' ? link : { device: DEVICE, baud: BAUD };
}

/** Lets the other side hear of every turn. */
async function talk(shell: Shell, pairing: Pairing, send: (text: string) => void): Promise<void> {
  while (!pairing.isOver) {
    const text = pairing.turn(shell.world.now());
    if (text !== '') send(text);
    await shell.world.wait(POLL_MS);
  }
}

/** Does what each stage asks for, until the last. */
async function converse(shell: Shell, pairing: Pairing, text: string): Promise<void> {
  shell.say('Type pair on the other box as well; this one waits for it, up to 2 minutes. ^C gives up.');
  let told = 0;
  for (;;) {
    const { stage } = pairing;
    switch (stage.kind) {
      case 'comparing':
        shell.say(`The code is ${stage.code}`);
        pairing.answer(await shell.confirm(`Does the console of ${stage.peer} show the same code?`));
        break;
      case 'agreed':
        if (text !== '') await give(shell, pairing, stage, text);
        break;
      case 'copying': {
        const percent = Math.floor((100 * stage.doneParts) / stage.allParts);
        if (percent >= told + TOLD_STEP) {
          told = percent;
          shell.say(`Copying the configuration: ${percent} %`);
        }
        break;
      }
      case 'received': {
        const fault = await accept(shell, stage.text, stage.peer);
        pairing.finished(fault);
        break;
      }
      case 'failed':
        return shell.say(`No pair was made: ${stage.why}.`);
      case 'paired':
        return shell.say(`This box and ${stage.peer} are a pair now.`);
    }
    await shell.world.wait(POLL_MS);
  }
}

/** The giver has the new key first: until the other one has it too, it serves alone. */
async function give(
  shell: Shell,
  pairing: Pairing,
  { secret, peer }: { readonly secret: string; readonly peer: string },
  text: string,
): Promise<void> {
  const read = readDocument(text);
  const keyed = read.ok ? withKey(read.value, secret) : read;
  if (!keyed.ok) return pairing.refuse(keyed.error);
  const next = printDocument(keyed.value);
  const fault = await commit(shell, next, peer);
  if (fault === null) pairing.give(next);
  else pairing.refuse(fault);
}

/** This key and no other. */
function withKey(document: Document, secret: string) {
  const without = ['heartbeat key', 'heartbeat sign-with'].reduce((left, path) => {
    const deleted = deleteLine(left, path.split(' '));
    return deleted.ok ? deleted.value : left;
  }, document);
  return setLine(without, ['heartbeat', 'key', '1', 'sha256', secret]);
}

/** @returns why this box cannot be the other node of the configuration, in one sentence, or null */
async function accept(shell: Shell, text: string, peer: string): Promise<string | null> {
  const { config, problems } = parseConfig(text, 'configuration', monitorFaults);
  if (config === null) return `the configuration of ${peer} has faults here: ${problems[0]!.sentence}`;
  const own = config.nodes.find(({ name }) => name !== peer);
  if (own === undefined || config.nodes.every(({ name }) => name !== peer))
    return `the configuration of ${peer} is not for a box of that name`;
  return (await rename(shell, own.name)) ?? (await commit(shell, text, peer));
}

async function commit(shell: Shell, text: string, peer: string): Promise<string | null> {
  const reply = await shell.world.ask({
    op: 'commit',
    text,
    who: WHO,
    comment: `paired with ${peer}`,
    confirmMinutes: null,
    acknowledgeRisk: true,
  });
  return reply.ok ? null : [reply.error, ...(reply.faults ?? [])].join('; ');
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Boots one machine as a member of a pair and watches it come up: a console, heartbeats on the null modem and on the
 * network, the group's addresses on both cards. What it says is a finding, not an opinion: the table judges.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage, setEnvironment } from '../../board/build/image';
import { PASSWORD_HASH, toShell } from '../lab/login';
import { answers, arpRequest, isHeartbeat } from './frames';
import type { Machine } from './machines';
import { Qemu } from './qemu';

const DEADLINE_MS = 120_000;
const POLL_MS = 50;
/** A watchdog of 2 s, and the BIOS. */
const RESET_DEADLINE_MS = 20_000;
const ASK_EVERY_MS = 500;
/** Whoever asks for the addresses. */
const STRANGER = { mac: '52:54:00:75:00:99', addresses: ['192.0.2.99', '10.0.0.99'] } as const;
/** The group's addresses, by card. */
const GROUP = ['192.0.2.10', '10.0.0.1'] as const;
const CONSOLE = 'Please press Enter';

const CONFIG = `set console screen log
set node lead interface eth0 address 192.0.2.11/24
set node lead interface eth1 address 10.0.0.11/24
set node backup interface eth0 address 192.0.2.12/24
set node backup interface eth1 address 10.0.0.12/24
set heartbeat serial /dev/ttyS1 baud 115200
set heartbeat bcast eth1 port 694
set heartbeat key 1 sha256 "of the hardware test"
set heartbeat keepalive 500ms
set heartbeat deadtime 3s
set group preferred lead
set group vip ${GROUP[0]}/24
set group gateway ${GROUP[1]}/24
set service tcp ${GROUP[0]}:80 scheduler rr
set service tcp ${GROUP[0]}:80 server 10.0.0.21:80 weight 1
`;
const WATCHDOG = 'set heartbeat watchdog /dev/watchdog\n';

/** What was seen, in seconds after power-on; `null` for never. */
export interface Findings {
  readonly consoleS: number | null;
  readonly serialBeatS: number | null;
  readonly netBeatS: number | null;
  /** Both of the group's addresses answer. */
  readonly servingS: number | null;
  /** Memory in use when it serves, MB. */
  readonly usedMB: number | null;
  /** The watchdog started a hung box again; `null` without one. */
  readonly reset: boolean | null;
  /** It said what a machine says that is not up to it; `null` for others. */
  readonly said: boolean | null;
  /** The console's text, and why QEMU ended if it did. */
  readonly console: string;
}

/** @param base disk image without a configuration */
export async function boot(machine: Machine, base: string): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'hw-'));
  const image = join(folder, 'disk');
  const config = machine.watchdog === null ? CONFIG : CONFIG + WATCHDOG;
  await buildImage({ base, config, hostname: 'lead', passwordHash: PASSWORD_HASH, out: image });
  if (machine.watchdog !== null) setEnvironment(image, 'arguments', machine.watchdog.arguments);

  const startMs = Date.now();
  const seconds = (): number => (Date.now() - startMs) / 1000;
  const at: { serial: number | null; net: number | null; answered: (number | null)[] } = {
    serial: null,
    net: null,
    answered: [null, null],
  };
  const qemu = new Qemu(machine, image, folder, {
    onSerial: (bytes) => {
      if (at.serial === null && bytes.includes('>>>')) at.serial = seconds();
    },
    onFrame: (card, frame) => {
      if (at.net === null && isHeartbeat(frame)) at.net = seconds();
      // An answer means that frames come in as well as out, and that the address is up.
      if (answers(frame, STRANGER.mac, GROUP[card]!)) at.answered[card] ??= seconds();
    },
  });
  const until = async (condition: () => boolean, deadlineMs: number): Promise<boolean> => {
    const endMs = Date.now() + deadlineMs;
    while (!condition() && Date.now() < endMs && qemu.fault === null)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return condition();
  };
  const asking = setInterval(() => {
    for (const card of [0, 1])
      qemu.send(card, arpRequest(STRANGER.mac, STRANGER.addresses[card]!, GROUP[card]!));
  }, ASK_EVERY_MS);

  try {
    await qemu.powerOn();
    const { says } = machine;
    if (says !== null) {
      const said = await until(() => says.test(qemu.console), DEADLINE_MS);
      return { ...NOTHING, said, console: transcript(qemu) };
    }
    const consoleS = (await until(() => qemu.console.includes(CONSOLE), DEADLINE_MS)) ? seconds() : null;
    const complete = (): boolean =>
      at.serial !== null && at.net !== null && at.answered.every((one) => one !== null);
    await until(complete, DEADLINE_MS);
    await toShell({
      type: (text) => qemu.type(text),
      appears: (text) => {
        const from = qemu.console.length;
        return until(() => qemu.console.includes(text, from), SHELL_DEADLINE_MS);
      },
    });
    const usedMB = await memoryUsed(qemu, until);
    const reset = machine.watchdog === null ? null : await hang(qemu, until);
    return {
      ...NOTHING,
      consoleS,
      serialBeatS: at.serial,
      netBeatS: at.net,
      servingS: complete() ? Math.max(...at.answered.map((one) => one ?? 0)) : null,
      usedMB,
      reset,
      console: transcript(qemu),
    };
  } finally {
    clearInterval(asking);
    await qemu.powerOff();
    rmSync(folder, { recursive: true });
  }
}

const NOTHING: Findings = {
  consoleS: null,
  serialBeatS: null,
  netBeatS: null,
  servingS: null,
  usedMB: null,
  reset: null,
  said: null,
  console: '',
};

type Until = (condition: () => boolean, deadlineMs: number) => Promise<boolean>;
const SHELL_DEADLINE_MS = 10_000;

async function memoryUsed(qemu: Qemu, until: Until): Promise<number | null> {
  qemu.type('\ngrep Mem /proc/meminfo; echo e""nd\n');
  await until(() => qemu.console.includes('end\r'), SHELL_DEADLINE_MS);
  const kB = (name: string): number =>
    Number(new RegExp(`${name}: +(\\d+)`).exec(qemu.console)?.[1] ?? Number.NaN);
  const used = (kB('MemTotal') - kB('MemAvailable')) / 1024;
  return Number.isNaN(used) ? null : used;
}

/** Hangs the supervisor, and waits for the next boot. */
async function hang(qemu: Qemu, until: Until): Promise<boolean> {
  const boots = (): number => qemu.console.split(CONSOLE).length;
  const before = boots();
  qemu.type('\nkill -STOP $(cat /run/understudy.pid)\n');
  return until(() => boots() > before, RESET_DEADLINE_MS);
}

function transcript(qemu: Qemu): string {
  return qemu.fault === null ? qemu.console : `${qemu.console}\n${qemu.fault}`;
}

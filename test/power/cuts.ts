/**
 * One box whose power is cut again and again: while it starts, or while its configuration is being saved. After every cut
 * that is followed by a whole start, the box must have come to its console with the old or the new configuration.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../../board/build/image';
import { MACHINES } from '../hardware/machines';
import { Qemu } from '../hardware/qemu';
import { type Keyboard, PASSWORD_HASH, toShell } from '../lab/login';

const POLL_MS = 20;
const CONSOLE_DEADLINE_MS = 60_000;
const ANSWER_DEADLINE_MS = 10_000;
const CONSOLE = 'Please press Enter';
/** Longest time that a start is left alone before it is cut: it is over by then. */
const START_SPAN_MS = 8_000;
/** Saving is cut within this time: dozens of saves. */
const SAVE_SPAN_MS = 4_000;
/** Lines that the new configuration has more than the old one: several blocks of the file system. */
const EXTRA_LINES = 200;

const OLD = `set console screen log
set node lead interface eth0 address 192.0.2.11/24
set node backup interface eth0 address 192.0.2.12/24
set heartbeat bcast eth0 port 694
set heartbeat key 1 sha256 "of the power test"
set group preferred lead
set group vip 192.0.2.10/24
`;
const EXTRA = '# a remark that makes the new configuration longer';
const NEW = OLD + `${EXTRA}\n`.repeat(EXTRA_LINES);

/** The box makes the new one from the old one, and saves both in turn until it is cut. */
const SAVE_FOR_EVER = [
  `grep -v '^#' /config/understudy.conf >/tmp/old`,
  `cp /tmp/old /tmp/new; i=0; while [ $i -lt ${EXTRA_LINES} ]; do echo '${EXTRA}'; i=$((i+1)); done >>/tmp/new`,
  'while :; do for f in new old; do understudy save /config/understudy.conf </tmp/$f; done; done',
].join('; ');

export interface Cut {
  readonly during: 'start' | 'save';
  /** After power-on, or after the first save. */
  readonly afterMs: number;
  /** What the next whole start showed, in words; `null` if it was as it must be. */
  fault: string | null;
}

/** Numbers from 0 to 1. */
export type Random = () => number;

/**
 * Cuts the power `count` times.
 * @param base disk image without a configuration
 * @param onCut told of each cut when the start after it was looked at
 */
export async function cutPower(
  base: string,
  count: number,
  random: Random,
  onCut: (cut: Cut) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pw-'));
  const image = join(folder, 'disk');
  await buildImage({ base, config: OLD, hostname: 'lead', passwordHash: PASSWORD_HASH, out: image });
  let open: Cut[] = [];
  try {
    for (let done = 0; done <= count; ) {
      const last = done === count;
      const qemu = new Qemu(MACHINES[0]!, image, folder, { onFrame: () => {}, onSerial: () => {} });
      await qemu.powerOn();
      if (!last && random() < 0.5) {
        const afterMs = random() * START_SPAN_MS;
        await sleep(afterMs);
        open.push({ during: 'start', afterMs, fault: null });
      } else {
        const fault = await look(qemu);
        for (const cut of open) onCut({ ...cut, fault });
        open = [];
        if (last || fault !== null) {
          await qemu.powerOff();
          if (fault !== null) throw new Error(`${fault}; the console:\n${qemu.console.slice(-2000)}`);
          return;
        }
        const afterMs = random() * SAVE_SPAN_MS;
        qemu.type(`\n${SAVE_FOR_EVER}\n`);
        await sleep(afterMs);
        open.push({ during: 'save', afterMs, fault: null });
      }
      await qemu.powerOff();
      done += 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Waits for the console and reads the configuration. @returns what is wrong, or null */
async function look(qemu: Qemu): Promise<string | null> {
  if (!(await until(qemu, () => qemu.console.includes(CONSOLE), CONSOLE_DEADLINE_MS)))
    return 'the box did not come to its console';
  if (qemu.console.includes('factory settings')) return 'the box lost its configuration';
  if (!(await toShell(keyboard(qemu)))) return 'the console does not let anybody in';
  qemu.type('\nmd5sum /config/understudy.conf; hostname; echo e""nd\n');
  if (!(await until(qemu, () => qemu.console.includes('end\r'), ANSWER_DEADLINE_MS)))
    return 'the console does not answer';
  const found = /([0-9a-f]{32}) {2}\/config/.exec(qemu.console)?.[1];
  if (found === undefined || ![OLD, NEW].map(md5).includes(found))
    return 'the configuration is neither the old nor the new one';
  return /^lead\r$/m.test(qemu.console) ? null : 'the box lost its name';
}

function keyboard(qemu: Qemu): Keyboard {
  return {
    type: (text) => qemu.type(text),
    appears: (text) => {
      const from = qemu.console.length;
      return until(qemu, () => qemu.console.includes(text, from), ANSWER_DEADLINE_MS);
    },
  };
}

async function until(qemu: Qemu, condition: () => boolean, deadlineMs: number): Promise<boolean> {
  const endMs = Date.now() + deadlineMs;
  while (!condition() && Date.now() < endMs && qemu.fault === null) await sleep(POLL_MS);
  return condition();
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

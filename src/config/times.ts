/**
 * Whether the times of the heartbeat fit each other, and what the links and the watchdog can do. Owns the arithmetic of
 * a serial line; the times that a preset stands for are the schema's.
 */

import type { Config } from './config';
import type { Findings } from './findings';
import { KEEPALIVE_LEAST_MS, SERIAL_BAUDS } from './schema';
import { type Settings, timingOf } from './settings';
import { printDuration } from './values';

/** Bytes of a long heartbeat on the wire, without the name of the node and the digest; a test compares. */
export const BEAT_BYTES = 222;
/** The digest as it is written, in hexadecimal. */
const DIGEST_BYTES = { sha256: 64, sha1: 40, md5: 32, crc: 8 } as const;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

const SECOND_MS = 1000;

export function checkTimes(settings: Settings, { heartbeat }: Config, findings: Findings): void {
  const { keepaliveMs, warntimeMs, deadtimeMs, deadpingMs, initdeadMs } = heartbeat;
  const check = (good: boolean, names: readonly string[], sentence: string): void => {
    const paths = [...names, 'timing'].map((name) => `heartbeat ${name}`);
    const line = paths.map((path) => settings.all(path)[0]?.line).find((found) => found !== undefined);
    if (!good) findings.problem(paths, line ?? null, sentence);
  };
  const keepalive = told(settings, 'keepalive', keepaliveMs);
  const deadtime = told(settings, 'deadtime', deadtimeMs);
  check(
    deadtimeMs > 2 * keepaliveMs,
    ['deadtime', 'keepalive'],
    `heartbeat ${deadtime} must be more than twice the ${keepalive}, so that one lost heartbeat means nothing; write ${printDuration(3 * keepaliveMs)} or more`,
  );
  check(
    warntimeMs < deadtimeMs,
    ['warntime', 'deadtime'],
    `heartbeat warntime of ${printDuration(warntimeMs)} must be less than the ${deadtime}, or the warning comes too late; ${printDuration(Math.floor(deadtimeMs / 2))} is usual`,
  );
  check(
    initdeadMs >= deadtimeMs,
    ['initdead', 'deadtime'],
    `heartbeat initdead of ${printDuration(initdeadMs)} must not be less than the ${deadtime}`,
  );
  // As long as deadtime when not set, and then told with that.
  check(
    deadpingMs > 2 * keepaliveMs || deadpingMs === deadtimeMs,
    ['deadping', 'keepalive'],
    `heartbeat deadping of ${printDuration(deadpingMs)} must be more than twice the ${keepalive}, so that one lost answer means nothing; write ${printDuration(3 * keepaliveMs)} or more`,
  );
}

/** `keepalive of 30ms (timing fast)`. */
function told(settings: Settings, name: 'keepalive' | 'deadtime', ms: number): string {
  const isPreset = settings.has('heartbeat timing') && !settings.has(`heartbeat ${name}`);
  return `${name} of ${printDuration(ms)}${isPreset ? ` (timing ${timingOf(settings)})` : ''}`;
}

/** A box that hangs should be reset before the other one takes over, but watchdogs count whole seconds. */
export function checkWatchdog(settings: Settings, { heartbeat }: Config, findings: Findings): void {
  const { watchdog, deadtimeMs } = heartbeat;
  if (watchdog === null || deadtimeMs > SECOND_MS) return;
  const overlapMs = SECOND_MS - deadtimeMs;
  const overlap =
    overlapMs === 0
      ? 'just when the other takes over'
      : `and may be active beside its successor for up to ${printDuration(overlapMs)}`;
  findings.warn(
    ['heartbeat watchdog', 'heartbeat deadtime', 'heartbeat timing'],
    settings.all('heartbeat watchdog')[0]?.line ?? null,
    `heartbeat watchdog ${watchdog}: a watchdog counts whole seconds, so with a ${told(settings, 'deadtime', deadtimeMs)} a box that hangs is reset after 1s, ${overlap}; a deadtime of more than 1s lets the reset come first`,
  );
}

/** Beats that take longer than the time between them would wait for one another, and then count as lost. */
export function checkSerialLines(settings: Settings, config: Config, findings: Findings): void {
  const { keepaliveMs, deadtimeMs, links } = config.heartbeat;
  const bytes = beatBytes(config);
  const bits = bytes * BITS_PER_BYTE;
  const wireMs = (baud: number): number => Math.ceil((bits * SECOND_MS) / baud);
  const leastDeadtimeMs = (keepalive: number, baud: number): number => 2 * keepalive + wireMs(baud);
  const enough = SERIAL_BAUDS.find(
    (baud) => wireMs(baud) <= keepaliveMs && leastDeadtimeMs(keepaliveMs, baud) <= deadtimeMs,
  );
  const faster = enough === undefined ? '' : `, or baud ${enough}`;
  const keepalive = told(settings, 'keepalive', keepaliveMs);
  const deadtime = told(settings, 'deadtime', deadtimeMs);
  for (const link of links) {
    if (link.kind !== 'serial') continue;
    const { device, baud } = link;
    const problem = (sentence: string): void =>
      findings.problem(
        ['serial', 'keepalive', 'deadtime', 'timing', 'key', 'sign-with'].map((name) => `heartbeat ${name}`),
        settings.line('heartbeat serial DEVICE', device),
        `heartbeat serial ${device}: a heartbeat of ${bytes} bytes takes ${printDuration(wireMs(baud))} at ${baud} baud (${bytes} x ${BITS_PER_BYTE} bits / ${baud}), ${sentence}${faster}`,
      );
    if (wireMs(baud) > keepaliveMs) {
      const leastMs = leastDeadtimeMs(wireMs(baud), baud);
      const too = deadtimeMs < leastMs ? ` and a deadtime of ${printDuration(leastMs)} or more` : '';
      problem(
        `longer than the ${keepalive}; use a keepalive of ${printDuration(wireMs(baud))} or more${too}`,
      );
    } else if (deadtimeMs > 2 * keepaliveMs && deadtimeMs < leastDeadtimeMs(keepaliveMs, baud)) {
      const leastMs = leastDeadtimeMs(keepaliveMs, baud);
      const mostMs = Math.floor((deadtimeMs - wireMs(baud)) / 2);
      const isPossible = mostMs >= Math.max(wireMs(baud), KEEPALIVE_LEAST_MS);
      const oftener = isPossible ? `, or a keepalive of ${printDuration(mostMs)} or less` : '';
      problem(
        `and the ${deadtime} leaves no room for it after two lost ones (2 x ${printDuration(keepaliveMs)} + ${printDuration(wireMs(baud))}); use a deadtime of ${printDuration(leastMs)} or more${oftener}`,
      );
    }
  }
}

function beatBytes({ nodes, heartbeat }: Config): number {
  const { signWith, keys } = heartbeat.auth;
  const method = keys.find(({ id }) => id === signWith)?.method ?? 'sha256';
  return BEAT_BYTES + Math.max(0, ...nodes.map(({ name }) => name.length)) + DIGEST_BYTES[method];
}

/**
 * Hears mon's traps on a host, as far as the configuration wants any, and hands on those that are good. Bounded: a flood
 * costs neither checks nor the log their time. Decides nothing about services.
 */

import type { TrapsConfig } from '../config/config';
import type { Host, Receiver } from '../host/host';
import { readTrap, TRAP_LIMIT_BYTES, TRAPS_PER_SECOND, type Trap } from './traps';

/** Between two log lines about traps that are not heard. */
export const REFUSALS_EVERY_MS = 10_000;
const SECOND_MS = 1000;

export class TrapReceiver {
  private config: TrapsConfig | null = null;
  private receiver: Receiver | null = null;
  private secondFromMs = Number.NEGATIVE_INFINITY;
  private inSecond = 0;
  private refusedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly host: Pick<Host, 'openReceiver' | 'log'> & {
      readonly clock: Pick<Host['clock'], 'now'>;
    },
    private readonly onTrap: (trap: Trap) => void,
  ) {}

  /** From now on; undefined: none are heard. A port that cannot be had is logged. */
  use(config: TrapsConfig | undefined): void {
    const port = this.receiver === null ? null : this.config?.port;
    this.config = config ?? null;
    if (port === (config?.port ?? null)) return;
    this.receiver?.close();
    this.receiver = null;
    if (config === undefined) return;
    const opened = this.host.openReceiver(config.port, TRAP_LIMIT_BYTES, (bytes, from) =>
      this.receive(bytes, from),
    );
    if (opened.ok) this.receiver = opened.value;
    else this.host.log('error', 'traps-failed', `no traps are heard: ${opened.error}`);
  }

  private receive(bytes: Uint8Array, from: string): void {
    if (this.config === null) return;
    const nowMs = this.host.clock.now();
    if (nowMs - this.secondFromMs >= SECOND_MS) {
      this.secondFromMs = nowMs;
      this.inSecond = 0;
    }
    this.inSecond += 1;
    if (this.inSecond > TRAPS_PER_SECOND) {
      this.refuse(`there are more than ${TRAPS_PER_SECOND} traps a second; the others are not heard`, nowMs);
      return;
    }
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    const read = readTrap(text, from, this.config);
    if (read.ok) this.onTrap(read.value);
    else this.refuse(read.error, nowMs);
  }

  private refuse(sentence: string, nowMs: number): void {
    if (nowMs - this.refusedAtMs < REFUSALS_EVERY_MS) return;
    this.refusedAtMs = nowMs;
    this.host.log('warn', 'trap-refused', sentence);
  }
}

/**
 * What one step of the scenario works with: the bench, the pair's configuration, and where to put claims and
 * numbers; and the waits that most steps share.
 */

import type { Bench } from './bench';
import { sleep, waitFor } from './clock';
import { BOXES, type BoxName, macAddress } from './network';
import { checkDelayMs, readConfig, TIMINGS, type Timing } from './pair';
import { holdings, overlaps } from './sighting';
import type { Timeline } from './timeline';
import { between, failures, type Outcome } from './traffic';
import { type Check, duration, type Measurement } from './verdict';

/** Requests per second of the client while something happens. */
export const CLIENT_RATE = 50;
/** Power-on to serving, with room for a slow machine. */
const BOOT_DEADLINE_MS = 60_000;

export interface Step {
  /** For `--scenario`. */
  readonly name: string;
  /** Its place in the paper's scenario, and what happens. */
  readonly title: string;
  run(run: Run): Promise<void>;
}

export class Run {
  private step = '';

  constructor(
    readonly bench: Bench,
    readonly timing: Timing,
    readonly config: string,
    readonly rounds: number,
    private readonly checks: Check[],
    private readonly measurements: Measurement[],
  ) {}

  get timeline(): Timeline {
    return this.bench.timeline;
  }

  now(): number {
    return this.timeline.now();
  }

  get deadtimeMs(): number {
    return TIMINGS[this.timing].deadtimeMs;
  }

  get checkDelayMs(): number {
    return checkDelayMs(readConfig(this.config));
  }

  begin(step: Step): void {
    this.step = `${step.title} [${this.timing} timing]`;
    this.timeline.add('step', this.step, this.timing === 'paper' ? step.title : this.step);
  }

  check(claim: string, ok: boolean, seen: string): void {
    this.checks.push({ step: this.step, claim, ok, seen });
    this.timeline.add('check', `${ok ? 'pass' : 'FAIL'}: ${claim}: ${seen}`);
  }

  /** A step that cannot go on is a failed check, not the end of the lab. */
  fail(error: unknown): void {
    this.check('runs to its end', false, error instanceof Error ? error.message : String(error));
  }

  measure(name: string, value: string, budget?: string): void {
    this.measurements.push({ name, value, ...(budget === undefined ? {} : { budget }) });
    this.timeline.add('seen', `${name}: ${value}`);
  }

  act(text: string, mark: string): void {
    this.timeline.add('act', text, mark);
  }

  /** @param atMs when it happened, where that is not now */
  seen(text: string, mark?: string, atMs?: number): void {
    this.timeline.add('seen', text, mark, atMs);
  }

  /** Lead active, both real servers answering, both boxes having checked both of them: where every step starts. */
  async settle(): Promise<void> {
    const { bench } = this;
    bench.setRate(CLIENT_RATE);
    await bench.waitForActive('lead', BOOT_DEADLINE_MS);
    await bench.waitForService(this.now(), BOOT_DEADLINE_MS);
    await waitFor('check of both real servers by both boxes', BOOT_DEADLINE_MS, () =>
      BOXES.every((box) => bench.hasChecked(box)) ? true : null,
    );
  }

  /** Outcomes of requests that started since `fromMs` and whose time is up. */
  outcomesSince(fromMs: number): Outcome[] {
    return between(this.bench.outcomes, fromMs, this.now());
  }

  checkNoClientError(fromMs: number): void {
    const outcomes = this.outcomesSince(fromMs);
    const failed = failures(outcomes);
    const first = failed[0];
    const detail = first ? `, the first at ${(first.startMs / 1000).toFixed(2)} s: ${first.error}` : '';
    this.check(
      'no client error',
      failed.length === 0 && outcomes.length > 0,
      `${failed.length} of ${outcomes.length} requests${detail}`,
    );
  }

  /** Only this box answered for both addresses since `fromMs`. */
  checkOnlyHolder(box: BoxName, fromMs: number): void {
    const others = this.otherHolders(box, fromMs);
    this.check(
      `only the ${box} held VIP and gateway`,
      others.length === 0,
      others.join('; ') || 'no other answered',
    );
  }

  /** From `fromMs` on, no probe was answered by two boxes. */
  checkNoDuplicate(fromMs: number): void {
    const double = this.doubleHoldings(fromMs);
    const seen = double.map(
      (holding) => `${duration(holding.toMs - holding.fromMs)} from ${(holding.fromMs / 1000).toFixed(2)} s`,
    );
    this.check(
      'never two boxes answered for one address',
      double.length === 0,
      seen.join('; ') || 'none seen',
    );
  }

  /** Stretches since `fromMs` in which both boxes held one of the addresses. */
  doubleHoldings(fromMs: number): { readonly fromMs: number; readonly toMs: number }[] {
    const recent = this.bench.sightings.filter((sighting) => sighting.atMs >= fromMs);
    const { vip, gateway } = this.bench.pair;
    return [vip, gateway].flatMap((address) => overlaps(recent, address));
  }

  /** Since `fromMs` both addresses went over to this box once, and stayed: no other box had them after it. */
  checkMovedOnce(to: BoxName, fromMs: number): void {
    const recent = this.bench.sightings.filter(
      (sighting) => sighting.atMs >= fromMs && sighting.kind === 'answer',
    );
    const own = [macAddress(to, 'outside'), macAddress(to, 'inside')];
    const { vip, gateway } = this.bench.pair;
    const moves = [vip, gateway].map((address) => {
      const holders = recent
        .filter((sighting) => sighting.address === address)
        .map(({ mac }) => own.includes(mac));
      return holders.filter((isOwn, index) => isOwn !== (holders[index - 1] ?? false)).length;
    });
    const seen = `VIP moved ${moves[0]} times, gateway ${moves[1]} times`;
    this.check(
      'both addresses moved once',
      moves.every((count) => count === 1),
      seen,
    );
  }

  /** Waits a time in which nothing must happen. */
  async observe(durationMs: number): Promise<void> {
    await sleep(durationMs);
  }

  private otherHolders(box: BoxName, fromMs: number): string[] {
    const recent = this.bench.sightings.filter((sighting) => sighting.atMs >= fromMs);
    const { vip, gateway } = this.bench.pair;
    const own = [macAddress(box, 'outside'), macAddress(box, 'inside')];
    return [vip, gateway].flatMap((address) =>
      holdings(recent, address)
        .filter((holding) => holding.macs.some((mac) => !own.includes(mac)))
        .map(
          (holding) =>
            `${holding.macs.join(' and ')} for ${address} at ${(holding.fromMs / 1000).toFixed(2)} s`,
        ),
    );
  }
}

/**
 * Keeps the kernel's IPVS table at what configuration and health say: reads it, applies the difference, reads it
 * back. Owns the only writes to that table. It never flushes, and decides nothing that desired.ts and
 * reconcile.ts could decide.
 */

import type { Config } from '../config/config';
import type { Host, Result } from '../host/host';
import { desiredTable } from './desired';
import { difference, type Step } from './reconcile';
import { type HealthMap, type IpvsOperation, type IpvsTable, serverName, serviceName } from './table';

/** How often the table is compared although nothing here changed, so that foreign changes are put right. */
export const RECONCILE_INTERVAL_MS = 30_000;

/** Rounds of read, apply, read back before an unfinished difference waits for the next interval. */
const ROUND_LIMIT = 3;

type Waiting = ((fault: string | null) => void) | null;

export class Balancer {
  private health: HealthMap;
  private running = false;
  private changed = false;
  /** What the last comparison came to: null, or why the kernel does not hold what it should. */
  private fault: string | null = null;
  /** What the kernel said last in this comparison, for the fault. */
  private refusal = '';
  /** Who waits for a comparison that has not begun yet, and for the one under way. */
  private waiting: Waiting = null;
  private answering: Waiting = null;

  constructor(
    private readonly host: Pick<Host, 'clock' | 'ipvs' | 'log'>,
    private config: Pick<Config, 'services'>,
    health: HealthMap,
  ) {
    this.health = health;
  }

  /** Begins to compare, now and every `RECONCILE_INTERVAL_MS`. */
  start(): void {
    this.reconcile();
    this.host.clock.after(RECONCILE_INTERVAL_MS, () => this.start());
  }

  /**
   * Other services from now on.
   * @param health of their real servers
   * @param done told once the kernel has them: null, or why not. A table that was not right before is no fault of the change
   */
  change(config: Pick<Config, 'services'>, health: HealthMap, done: (fault: string | null) => void): void {
    const before = this.fault;
    const overtaken = this.waiting;
    this.config = config;
    this.waiting = (fault) => {
      overtaken?.(fault);
      done(before === null ? fault : null);
    };
    this.setHealth(health);
  }

  setHealth(health: HealthMap): void {
    this.health = health;
    this.reconcile();
  }

  private reconcile(): void {
    this.changed = true;
    if (this.running) return;
    this.running = true;
    this.round(1);
  }

  private round(number: number): void {
    this.changed = false;
    if (number === 1) {
      this.answering = this.waiting;
      this.waiting = null;
      this.refusal = '';
    }
    this.host.ipvs.read((table) => {
      const steps = table.ok ? this.stepsFrom(table.value) : null;
      if (!table.ok) this.host.log('error', 'balancing-unreadable', table.error);
      if (steps === null || steps.length === 0) return this.finish(table.ok ? null : table.error);
      if (number > ROUND_LIMIT) {
        const reasons = steps.map((step) => step.reason).join('; ');
        const sentence = `the kernel does not hold what it was given: ${reasons}`;
        this.host.log('error', 'balancing-differs', sentence);
        return this.finish(`${sentence}${this.refusal}`);
      }
      let left = steps.length;
      for (const step of steps)
        this.host.ipvs.apply(step.operation, (result) => {
          this.report(step, result);
          left -= 1;
          if (left === 0) this.round(number + 1);
        });
    });
  }

  private stepsFrom(table: IpvsTable): readonly Step[] {
    return difference(desiredTable(this.config, this.health, table), table);
  }

  private report({ operation, reason }: Step, result: Result<null>): void {
    const what = describe(operation);
    if (result.ok) this.host.log('info', 'balancing', what, { operation: operation.type, reason });
    else {
      this.refusal = ` (${result.error})`;
      this.host.log('error', 'balancing-refused', `${what} failed (${reason}): ${result.error}`);
    }
  }

  private finish(fault: string | null): void {
    this.running = false;
    this.fault = fault;
    const answer = this.answering;
    this.answering = null;
    if (this.changed || this.waiting !== null) this.reconcile();
    answer?.(fault);
  }
}

function describe(operation: IpvsOperation): string {
  switch (operation.type) {
    case 'service-add':
      return `Virtual service ${serviceName(operation.service)} added`;
    case 'service-set':
      return `Virtual service ${serviceName(operation.service)} changed`;
    case 'service-delete':
      return `Virtual service ${serviceName(operation.service)} removed`;
    case 'destination-add':
      return `Real server ${serverName(operation.service, operation.destination)} put in`;
    case 'destination-set':
      return `Real server ${serverName(operation.service, operation.destination)} changed`;
    case 'destination-delete':
      return `Real server ${serverName(operation.service, operation.destination)} taken out`;
  }
}

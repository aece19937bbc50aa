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

export class Balancer {
  private health: HealthMap;
  private running = false;
  private changed = false;

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

  /** Other services from now on. @param health of their real servers */
  change(config: Pick<Config, 'services'>, health: HealthMap): void {
    this.config = config;
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
    this.host.ipvs.read((table) => {
      const steps = table.ok ? this.stepsFrom(table.value) : null;
      if (!table.ok) this.host.log('error', 'balancing-unreadable', table.error);
      if (steps === null || steps.length === 0) return this.finish();
      if (number > ROUND_LIMIT) {
        const reasons = steps.map((step) => step.reason).join('; ');
        this.host.log('error', 'balancing-differs', `the kernel does not hold what it was given: ${reasons}`);
        return this.finish();
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
    else this.host.log('error', 'balancing-refused', `${what} failed (${reason}): ${result.error}`);
  }

  private finish(): void {
    this.running = false;
    if (this.changed) this.reconcile();
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

/**
 * Health of the real servers, as the watches' `lvs.alert`s tell it. A server that several watches look after is up
 * only when all of them say so. Pure values, changed in place by `apply`; never looks at the kernel's table.
 */

import type { Config } from '../config/config';
import { type Health, type HealthMap, serverName } from '../director/table';
import { withoutExit } from './alert-decision';
import { sourceName } from './last-checks';
import { type AlertType, isLvsAlert, type LvsAlert, parseLvsAlert, stateAfter } from './lvs-alert';

export interface HealthReport {
  readonly watch: string;
  readonly service: string;
  readonly alertType: AlertType;
  /** Program name and arguments of an `lvs.alert`. */
  readonly argv: readonly string[];
}

export interface HealthChange {
  /** As `serverName` says it. */
  readonly server: string;
  readonly health: Health;
}

export class ServerHealth {
  private readonly bySource = new Map<string, Map<string, Health>>();
  private readonly combined = new Map<string, Health>();

  /**
   * Every server that an `lvs.alert` names is unknown at first. One that no upalert would ever put in is up at first:
   * its watch only takes it out. Lines that cannot be read are left out; `monitorFaults` reports them.
   */
  constructor(watches: Config['watches']) {
    this.begin(watches);
  }

  private begin(watches: Config['watches']): void {
    for (const watch of watches)
      for (const service of watch.services) {
        const source = sourceName(watch.hostgroup, service.name);
        for (const [type, alerts] of alertsOf(service))
          for (const alert of alerts)
            this.set(source, alert, stateAfter(alert, type) === 'up' ? 'unknown' : null);
      }
  }

  /**
   * Other watches from now on.
   * @param kept those that are as they were: what they have said still holds
   */
  change(watches: Config['watches'], kept: readonly Pick<HealthReport, 'watch' | 'service'>[]): void {
    const sources = new Set(kept.map(({ watch, service }) => sourceName(watch, service)));
    const said = [...this.bySource].flatMap(([server, healths]) =>
      [...healths]
        .filter(([source]) => sources.has(source))
        .map(([source, health]) => ({ server, source, health })),
    );
    this.bySource.clear();
    this.combined.clear();
    this.begin(watches);
    for (const { server, source, health } of said) {
      const healths = this.bySource.get(server);
      if (healths?.has(source)) this.combine(server, healths.set(source, health));
    }
  }

  /** By server, what each watch's service says of it. */
  get sources(): ReadonlyMap<string, ReadonlyMap<string, Health>> {
    return this.bySource;
  }

  /** What `planTable` takes; the same object all the time. */
  get map(): HealthMap {
    return this.combined;
  }

  /** Notes what an alert says. Null when that is nothing new, or when the line cannot be read. */
  apply(report: HealthReport): HealthChange | null {
    const alert = readAlert(report.argv);
    if (alert === null) return null;
    const health = stateAfter(alert, report.alertType);
    if (health === null) return null;
    return this.set(sourceName(report.watch, report.service), alert, health);
  }

  /** @param health null: up, unless the source already said otherwise */
  private set(source: string, alert: NamedAlert, health: Health | null): HealthChange | null {
    const { server } = alert;
    const sources = this.bySource.get(server) ?? new Map<string, Health>();
    this.bySource.set(server, sources);
    sources.set(source, health ?? sources.get(source) ?? 'up');
    return this.combine(server, sources);
  }

  private combine(server: string, sources: ReadonlyMap<string, Health>): HealthChange | null {
    const all = [...sources.values()];
    const next = all.includes('down') ? 'down' : all.includes('unknown') ? 'unknown' : 'up';
    if (this.combined.get(server) === next) return null;
    this.combined.set(server, next);
    return { server, health: next };
  }
}

/** What an alert says, of the server as `serverName` says it. */
type NamedAlert = Pick<LvsAlert, 'state'> & { readonly server: string };

/** By the line as it stands in the configuration, which says the same each time; null where it cannot be read. */
const readBefore = new WeakMap<readonly string[], NamedAlert | null>();

function readAlert(argv: readonly string[]): NamedAlert | null {
  const before = readBefore.get(argv);
  if (before !== undefined) return before;
  const alert = parseLvsAlert(argv);
  const named = alert.ok
    ? { state: alert.value.state, server: serverName(alert.value.service, alert.value.server) }
    : null;
  readBefore.set(argv, named);
  return named;
}

function alertsOf(
  service: Config['watches'][number]['services'][number],
): readonly [AlertType, NamedAlert[]][] {
  const read = (lines: readonly (readonly string[])[]) =>
    lines
      .map(withoutExit)
      .filter(isLvsAlert)
      .map(readAlert)
      .filter((alert) => alert !== null);
  return [
    ['failure', service.periods.flatMap((period) => read(period.alerts))],
    ['up', service.periods.flatMap((period) => read(period.upalerts))],
  ];
}

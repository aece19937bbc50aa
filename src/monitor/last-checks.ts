/** The last check of each real server, from the watches that look after it. Pure. */

import type { ServiceStatus } from './monitor';

export interface LastCheck {
  readonly ok: boolean;
  /** Wall clock, ms since 1970. */
  readonly wallMs: number;
  /** First line of what the monitor said. */
  readonly summary: string;
}

/**
 * By `serverName`; without those that no watch has checked yet.
 * @param watched by server, the watches' services that look after it, as `sourceName` says them
 */
export function lastChecks(
  watched: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
  states: readonly ServiceStatus[],
): ReadonlyMap<string, LastCheck> {
  const bySource = new Map(states.map((state) => [sourceName(state.watch, state.service), checkOf(state)]));
  const checks = new Map<string, LastCheck>();
  for (const [server, sources] of watched)
    for (const source of sources.keys()) {
      const check = bySource.get(source) ?? null;
      const other = checks.get(server);
      if (check !== null && (other === undefined || check.wallMs > other.wallMs)) checks.set(server, check);
    }
  return checks;
}

/** Names a service of a watch. */
export function sourceName(watch: string, service: string): string {
  return `${watch} ${service}`;
}

function checkOf({ history }: ServiceStatus): LastCheck | null {
  const { lastSuccessMs, lastFailureMs, lastSummary } = history;
  const wallMs = Math.max(lastSuccessMs ?? 0, lastFailureMs ?? 0);
  return wallMs === 0 ? null : { ok: wallMs === lastSuccessMs, wallMs, summary: lastSummary };
}

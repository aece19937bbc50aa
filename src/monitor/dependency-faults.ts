/**
 * What is wrong with what services depend on: expressions that cannot be read, services that are not there, and circles.
 * Pure; it takes a draft too.
 */

import type { Watch, WatchService } from '../config/config';
import { DEPENDENCY_DEPTH, parseDependency, type ServiceName, servicesOf } from '../config/dependency';
import type { Fault } from '../config/parse';

const KINDS = [
  ['alertDepend', 'alert-depend'],
  ['monitorDepend', 'monitor-depend'],
  ['hostDepend', 'host-depend'],
] as const;

type Kind = (typeof KINDS)[number][0];

interface Place {
  readonly watch: string;
  readonly service: WatchService;
}

export function dependencyFaults(watches: readonly Watch[]): readonly Fault[] {
  const places = watches.flatMap(({ hostgroup, services }) =>
    services.map((service): Place => ({ watch: hostgroup, service })),
  );
  const bound = places.filter(({ service }) => KINDS.some(([kind]) => service[kind] !== undefined));
  if (bound.length === 0) return [];
  const byName = new Map(places.map((place) => [`${place.watch}:${place.service.name}`, place]));
  return bound.flatMap((place) =>
    KINDS.flatMap(([kind, word]) => {
      const sentence = faultOf(place, kind, byName);
      const path = `watch ${place.watch} service ${place.service.name} ${word}`;
      return sentence === null ? [] : [{ path, index: 0, sources: ['watch'], sentence }];
    }),
  );
}

function faultOf(place: Place, kind: Kind, byName: ReadonlyMap<string, Place>): string | null {
  const text = place.service[kind];
  if (text === undefined) return null;
  const read = parseDependency(text, place.watch);
  if (!read.ok) return read.error;
  const missing = servicesOf(read.value).find((name) => !byName.has(told(name)));
  if (missing !== undefined) return `the dependency names ${told(missing)}, but there is no such service`;
  // Of what a host depends on, only the next service counts.
  if (kind === 'hostDepend') return null;
  return isTooDeep(place, kind, byName)
    ? `the dependency leads to itself, or through more than ${DEPENDENCY_DEPTH} services`
    : null;
}

/** Looks at each service once on each level, so that services which share what they depend on cost little. */
function isTooDeep(place: Place, kind: Kind, byName: ReadonlyMap<string, Place>): boolean {
  let level: ReadonlySet<Place> = new Set([place]);
  for (let depth = 0; depth <= DEPENDENCY_DEPTH && level.size > 0; depth++) {
    const next = new Set<Place>();
    for (const { watch, service } of level) {
      const read = parseDependency(service[kind] ?? '', watch);
      for (const name of read.ok ? servicesOf(read.value) : []) {
        const parent = byName.get(told(name));
        if (parent !== undefined) next.add(parent);
      }
    }
    level = next;
  }
  return level.size > 0;
}

function told({ watch, service }: ServiceName): string {
  return `${watch}:${service}`;
}

/** From raw results to what people read: one cell per system and measure. Pure but for reading the results' files. */

import { median } from '../lab/traffic';
import { duration } from '../lab/verdict';
import type { LoadOutcome } from './load-client';
import type { Footprint } from './parts/footprint';
import type { ForwardingRound } from './parts/forwarding';
import type { Size } from './parts/size';
import { BUSY_LOAD, readResult, type Stored } from './results';
import type { Outage } from './stage';
import type { System } from './systems';

/** A number to compare, and how it is shown. */
export interface Figure {
  /** Smaller is better; not a number where nothing is to be compared. */
  readonly value: number;
  readonly text: string;
  /** The smallest and the largest. */
  readonly range?: readonly [number, number];
  /** The machine had other things to do. */
  readonly busy: boolean;
}

export interface Measure {
  /** Head of the column. */
  readonly title: string;
  of(system: System): Figure | null;
}

interface Rounds<T> {
  readonly rounds: readonly T[];
}
interface Pair {
  readonly lead: Footprint;
  readonly backup: Footprint;
}
interface Hogged {
  readonly minutes: number;
  readonly takeovers: number;
}

const MIB_KIB = 1024;

function figure<T>(
  part: string,
  system: System,
  read: (value: T, stored: Stored<T>) => Omit<Figure, 'busy'>,
): Figure | null {
  const stored = readResult<T>(part, system.id);
  return stored && { ...read(stored.value, stored), busy: stored.load.before > BUSY_LOAD };
}

const outage = (title: string, part: string): Measure => ({
  title,
  of: (system) =>
    figure<Rounds<Outage>>(part, system, ({ rounds }) => {
      const all = rounds.map(({ outageMs }) => outageMs);
      const range = [Math.min(...all), Math.max(...all)] as const;
      const errors = rounds.map((round) => round.errors);
      const text = `${inOneUnit(median(all), range)}, ${median(errors)} errors`;
      return { value: median(all), text, range };
    }),
});

/** Middle and range, all of them in the unit that suits the largest: `0.96 s (0.87–1.06)`. */
export function inOneUnit(middle: number, range: readonly [number, number]): string {
  const inSeconds = range[1] >= 1000;
  const plain = (ms: number): string => (inSeconds ? (ms / 1000).toFixed(2) : ms.toFixed(0));
  return `${plain(middle)} ${inSeconds ? 's' : 'ms'} (${range.map(plain).join('–')})`;
}

export const powerOffOutage = outage('active box loses power', 'power-off');
export const processDeathOutage = outage('web server ends', 'process-death');
export const cableCutOutage = outage("server's cable pulled", 'cable-cut');

export const memory: Measure = {
  title: 'memory PSS (RSS), MiB',
  of: (system) =>
    figure<Pair>('footprint', system, ({ lead }) => ({
      value: lead.pssKib / MIB_KIB,
      text: `${(lead.pssKib / MIB_KIB).toFixed(1)} (${(lead.rssKib / MIB_KIB).toFixed(1)})`,
    })),
};

export const cpu: Measure = {
  title: 'CPU s per idle minute, active / standby',
  of: (system) =>
    figure<Pair>('footprint', system, ({ lead, backup }) => ({
      value: lead.cpuPerMinute,
      text: `${lead.cpuPerMinute.toFixed(2)} / ${backup.cpuPerMinute.toFixed(2)}`,
    })),
};

export const disk: Measure = {
  title: 'disk, MiB',
  of: (system) => {
    const stored = readResult<Size>('size', system.id);
    return stored && { value: stored.value.mib, text: stored.value.mib.toFixed(1), busy: false };
  },
};

/** Every part boots a pair, so there are several. */
export const boot = (parts: readonly string[]): Measure => ({
  title: 'power-on to serving',
  of: (system) => {
    const stored = parts.flatMap((part) => readResult(part, system.id) ?? []);
    const all = stored.flatMap(({ bootMs }) => bootMs ?? []);
    if (all.length === 0) return null;
    const busy = stored.every(({ load }) => load.before > BUSY_LOAD);
    return { value: median(all), text: duration(median(all)), busy };
  },
});

export const falseTakeovers: Measure = {
  title: 'false takeovers, hogged',
  of: (system) =>
    figure<Hogged>('hogged', system, ({ minutes, takeovers }) => ({
      value: Number.NaN,
      text: `${takeovers} in ${minutes} min`,
    })),
};

export const connection: Measure = {
  title: 'download survives',
  of: (system) =>
    figure<Rounds<{ readonly survived: boolean }>>('connections', system, ({ rounds }) => ({
      value: Number.NaN,
      text: `${rounds.filter(({ survived }) => survived).length} of ${rounds.length}`,
    })),
};

/** Ratio first: the boxes' seconds depend on the machine that emulates them. */
export const forwardedRequests: Measure = {
  title: 'forwarding, of a bare table, middle half of all; requests/s, p50, p99 (bare table)',
  of: (system) =>
    figure<Rounds<ForwardingRound>>('forwarding', system, ({ rounds }) => {
      const ratios = rounds.map(({ own, bare }) => own.perSecond / bare.perSecond).sort((a, b) => a - b);
      const quarter = Math.floor(ratios.length / 4);
      const half = [ratios[quarter]!, ratios.at(-1 - quarter)!].map((ratio) => ratio.toFixed(2));
      const both = (read: (load: LoadOutcome) => number, digits: number): string => {
        const [own, bare] = [rounds.map((round) => read(round.own)), rounds.map((round) => read(round.bare))];
        return `${median(own).toFixed(digits)} (${median(bare).toFixed(digits)})`;
      };
      const text = [
        `**${median(ratios).toFixed(2)}** (${half.join('–')}); ${both(({ perSecond }) => perSecond, 0)}`,
        `${both(({ p50Ms }) => p50Ms, 1)} ms`,
        `${both(({ p99Ms }) => p99Ms, 1)} ms`,
      ].join(', ');
      return { value: Number.NaN, text };
    }),
};

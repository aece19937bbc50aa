/** What a system costs while nothing happens: memory of all its processes, and processor time of the whole box. */

import { sleep } from '../../lab/clock';
import { BOXES, type BoxName } from '../../lab/network';
import type { Stage } from '../stage';
import type { BoxPart } from './part';

const IDLE_MS = 120_000;
/** Let the last requests' connections go. */
const QUIET_MS = 5000;
/** Of /proc/stat (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

interface Memory {
  readonly rssKib: number;
  readonly pssKib: number;
  readonly processes: readonly { readonly name: string; readonly rss: number; readonly pss: number }[];
}

export interface Footprint extends Memory {
  /** Processor seconds per minute of the whole box. */
  readonly cpuPerMinute: number;
}

export const footprint: BoxPart = {
  kind: 'boxes',
  name: 'footprint',
  title: `memory and processor time of ${IDLE_MS / 60_000} idle minutes`,
  applies: (system) => system.only === undefined,
  run: async (stage, say) => {
    stage.bench.setRate(0);
    for (const name of BOXES) await stage.shell(name, 'true');
    await sleep(QUIET_MS);
    const before = await both((name) => readCpu(stage, name));
    await sleep(IDLE_MS);
    const after = await both((name) => readCpu(stage, name));
    const memory = await both((name) => readMemory(stage, name));
    const of = (name: BoxName): Footprint => {
      const busy = after[name].busyS - before[name].busyS;
      const minutes = (after[name].upS - before[name].upS) / 60;
      return { cpuPerMinute: busy / minutes, ...memory[name] };
    };
    const result = { lead: of('lead'), backup: of('backup') };
    for (const name of BOXES) {
      const { cpuPerMinute, rssKib, pssKib, processes } = result[name];
      say(
        `${name}: ${cpuPerMinute.toFixed(2)} s/min, RSS ${rssKib} KiB, PSS ${pssKib} KiB in ${processes.length} processes`,
      );
    }
    return result;
  },
};

async function both<T>(read: (name: BoxName) => Promise<T>): Promise<Record<BoxName, T>> {
  const [lead, backup] = await Promise.all([read('lead'), read('backup')]);
  return { lead, backup };
}

/** Time that the processor was not idle, and time since boot. A tickless kernel counts idle time to the microsecond. */
async function readCpu(
  stage: Stage,
  name: BoxName,
): Promise<{ readonly busyS: number; readonly upS: number }> {
  const text = await stage.shell(name, 'cat /proc/uptime /proc/stat | head -n 2');
  const [uptime, cpu] = text.split('\n');
  const upS = Number(uptime!.split(' ')[0]);
  // cpu user nice system idle iowait ...
  const fields = cpu!.trim().split(/\s+/).slice(1).map(Number);
  const idleS = (fields[3]! + fields[4]!) / TICKS_PER_SECOND;
  return { busyS: upS - idleS, upS };
}

const MEMORY_COMMAND =
  'for p in /proc/[0-9]*; do grep -E "^(Name|Pid|PPid)" $p/status; grep -E "^(Rss|Pss):" $p/smaps_rollup; ' +
  'done 2>/dev/null | tr -s "\\t\\n " " "; echo Self: $$';

async function readMemory(stage: Stage, name: BoxName): Promise<Memory> {
  return sumMemory(await stage.shell(name, MEMORY_COMMAND));
}

/**
 * Everything in user space but init, the console's shell and what that started.
 * @param text what MEMORY_COMMAND prints: fields of /proc/PID/status and smaps_rollup (proc(5)), then the shell's PID
 */
export function sumMemory(text: string): Memory {
  const self = Number(/Self: (\d+)/.exec(text)?.[1]);
  // A kernel thread has no memory, so that its name runs into the next process's: the last one counts.
  const pattern = /Name: (.*?) Pid: (\d+) PPid: (\d+) Rss: (\d+) kB Pss: (\d+) kB/g;
  const all = [...text.matchAll(pattern)].map((match) => {
    const [pid, parent, rss, pss] = match.slice(2).map(Number) as [number, number, number, number];
    return { name: match[1]!.split('Name: ').at(-1)!, pid, parent, rss, pss };
  });
  const byPid = new Map(all.map((process) => [process.pid, process]));
  /** A process and those it comes from, without init. */
  const line = (pid: number): number[] => {
    const process = byPid.get(pid);
    return process === undefined || pid === 1 ? [] : [pid, ...line(process.parent)];
  };
  const ofConsole = new Set(line(self));
  const counted = all.filter(
    ({ pid, name }) => pid !== 1 && name !== 'init' && !ofConsole.has(pid) && !line(pid).includes(self),
  );
  return {
    rssKib: counted.reduce((sum, { rss }) => sum + rss, 0),
    pssKib: counted.reduce((sum, { pss }) => sum + pss, 0),
    processes: counted.map(({ name, rss, pss }) => ({ name, rss, pss })),
  };
}

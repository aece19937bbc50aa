/**
 * `npm run bench:peers`: reads the command line, measures every part of every system that has no result yet, one pair
 * at a time, and writes the table and the chart.
 */

import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onInterrupt } from '../lab/interrupt';
import { checkMachine } from '../lab/lab';
import { connections } from './parts/connections';
import { footprint } from './parts/footprint';
import { forwarding } from './parts/forwarding';
import { hogged } from './parts/hogged';
import { powerOff } from './parts/outage';
import type { BoxPart, Part } from './parts/part';
import { cableCut, processDeath } from './parts/servers';
import { size } from './parts/size';
import { writeReport } from './report';
import { BUSY_LOAD, fileOf, load, machine, OUT, readResult, writeResult } from './results';
import { Stage } from './stage';
import { SYSTEMS, type System } from './systems';

/** The most telling first. */
const PARTS: readonly Part[] = [
  powerOff,
  footprint,
  size,
  processDeath,
  cableCut,
  connections,
  forwarding,
  hogged,
];
/** Nice value of the bench and all that it starts, as of the lab. */
const PRIORITY = -10;

const USAGE = `usage: npm run bench:peers -- [--systems LIST] [--parts LIST] [--again] [--readme]
  --systems LIST  only these: ${SYSTEMS.map(({ id }) => id).join(', ')},
                  or all of a letter: a and b heartbeat, c and d keepalived, e Understudy, z the bare table
  --parts LIST    only these: ${PARTS.map(({ name }) => name).join(', ')}
  --readme        write the tables into README.md as well
  --again         measure also what has a result in ${OUT}`;

const OPTIONS = {
  systems: { type: 'string' },
  parts: { type: 'string' },
  again: { type: 'boolean', default: false },
  readme: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Those that a comma-separated list names. @throws one sentence for a word that names none */
function chosen<T>(list: string | undefined, all: readonly T[], names: (entry: T) => readonly string[]): T[] {
  const words = list?.split(',') ?? null;
  const known = all.flatMap(names);
  const unknown = words?.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new Error(`"${unknown}" is not known; known: ${known.join(', ')}.`);
  return all.filter((entry) => words === null || names(entry).some((name) => words.includes(name)));
}

async function measure(part: Part, system: System): Promise<void> {
  const startMs = Date.now();
  const say = (line: string): void =>
    console.log(`  ${String(Math.round((Date.now() - startMs) / 1000)).padStart(5)} s  ${line}`);
  const before = load();
  console.log(`\n${system.title}: ${part.title} (load ${before}${before > BUSY_LOAD ? ': busy' : ''})`);
  const { value, bootMs } =
    part.kind === 'desk'
      ? { value: await part.run(system, say), bootMs: null }
      : await onStage(part, system, say);
  writeResult({
    part: part.name,
    system: system.id,
    at: new Date().toISOString(),
    load: { before, after: load() },
    machine: machine(),
    bootMs,
    value,
  });
}

async function onStage(
  part: BoxPart,
  system: System,
  say: (line: string) => void,
): Promise<{ readonly value: unknown; readonly bootMs: number }> {
  const stages: Stage[] = [];
  const open = async (one: System): Promise<Stage> => {
    const stage = await Stage.open(one, join(OUT, 'consoles', `${part.name}.${system.id}`, one.id), say);
    stages.push(stage);
    return stage;
  };
  const close = async (): Promise<void> => {
    await Promise.all(stages.map((stage) => stage.close()));
  };
  const forget = onInterrupt(close);
  try {
    const stage = await open(system);
    const beside = part.beside ? await open(part.beside) : stage;
    return { value: await part.run(stage, say, beside), bootMs: stage.bootMs };
  } finally {
    forget();
    await close();
  }
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  const systems = chosen(values.systems, SYSTEMS, ({ id, letter }) => [id, letter]);
  const parts = chosen(values.parts, PARTS, ({ name }) => [name]);
  checkMachine();
  setPriority(PRIORITY);
  const failed: string[] = [];
  for (const part of parts) {
    for (const system of systems.filter((entry) => part.applies(entry))) {
      if (!values.again && readResult(part.name, system.id) !== null) {
        console.log(`\n${system.title}: ${part.title}: has a result, ${fileOf(part.name, system.id)}`);
        continue;
      }
      try {
        await measure(part, system);
      } catch (error) {
        // The others still tell something.
        console.error(`  failed: ${(error as Error).message}`);
        failed.push(`${part.name} of ${system.id}`);
      }
    }
  }
  writeReport(values.readme);
  console.log(`\n${OUT}/table.md and ${OUT}/chart.svg have all results there are`);
  if (failed.length > 0) console.error(`\nwithout result: ${failed.join(', ')}`);
  return failed.length === 0;
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`bench:peers: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

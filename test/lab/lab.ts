/**
 * The lab as one call: checks what the machine offers, builds what is missing, runs the scenario, writes the
 * reports, cleans up. The only file that knows all the others.
 */

import { accessSync, existsSync, mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { buildBytecode } from '../../board/build/bundle';
import { type BaseImage, buildBase } from '../../board/build/image';
import { buildRunner } from '../../board/build/runner';
import { Bench } from './bench';
import { onInterrupt } from './interrupt';
import { BOXES } from './network';
import { pairView, paperConfig, readConfig, type Timing } from './pair';
import { run as runCommand } from './processes';
import { writeReports } from './report';
import { Run, type Step } from './run';
import { director } from './steps-director';
import { hang, killed, reboot, steady, stuck, takeover } from './steps-failures';
import { ethernet, nullModem } from './steps-links';
import { commands } from './steps-operator';
import { panel } from './steps-panel';
import { boot, deadServer, rotation } from './steps-serve';
import { typed } from './steps-setup';
import { Timeline } from './timeline';
import { type Check, formatVerdict, type Measurement, type Verdict, verdictOf } from './verdict';

/** Steps by name, in the order of the paper's scenario. */
export const STEPS: readonly Step[] = [
  boot,
  rotation,
  deadServer,
  nullModem,
  ethernet,
  takeover,
  hang,
  killed,
  reboot,
  typed,
  stuck,
  commands,
  panel,
  director,
  steady,
];
const PAPER_STEPS = STEPS.filter((step) => ![steady, typed, panel, director].includes(step));
const OUT = 'out/lab';
const RSS_AFTER_MS = 60_000;
/** Nice value of the lab and all that it starts. */
const LAB_PRIORITY = -10;

export interface LabOptions {
  /** Steps to run instead of all; `boot` always comes first. */
  readonly scenario?: readonly string[];
  /** Timing for the steps of `scenario`. */
  readonly timing?: Timing;
  /** Disk image to start from instead of the one that the lab assembles. */
  readonly image?: string;
  /** Power losses per timing; outages are medians of so many. */
  readonly rounds?: number;
  /** Called when the scenario is done, before anything is turned off. */
  readonly keep?: (bench: Bench) => Promise<void>;
}

interface Part {
  readonly timing: Timing;
  readonly steps: readonly Step[];
}

/**
 * Runs the lab. Needs root. Prints a timeline while it runs, and the verdict at its end.
 * @throws one sentence where the machine lacks something, or something cannot be built
 */
export async function runLab(options: LabOptions = {}): Promise<Verdict> {
  checkMachine();
  // Beats 30 ms apart, and a cable that carries them: a busy machine must not look like a dead box.
  setPriority(LAB_PRIORITY);
  const parts = planParts(options);
  console.log('building what is missing');
  const runner = await buildRunner('x64');
  const bytecode = await buildBytecode();
  const watcher = await buildBytecode('test/lab/arp-watch.ts');
  const image = options.image === undefined ? await buildBase() : { disk: options.image, sizes: null };
  const timeline = new Timeline((line) => console.log(line));
  const config = await paperConfig(runner, bytecode, 'paper');
  mkdirSync(OUT, { recursive: true });
  const bench = new Bench(
    timeline,
    { runner, watcher, baseDisk: image.disk },
    pairView(readConfig(config)),
    OUT,
  );
  const checks: Check[] = [];
  const measurements: Measurement[] = [];
  const forget = onInterrupt(() => bench.close());
  try {
    await bench.start();
    for (const part of parts) {
      const text = await paperConfig(runner, bytecode, part.timing);
      await runPart(new Run(bench, part.timing, text, options.rounds ?? 3, checks, measurements), part.steps);
    }
    if (image.sizes) measurements.push(...sizeMeasurements(image.sizes));
    const verdict = verdictOf(checks, measurements);
    writeReports(OUT, bench, verdict);
    console.log(formatVerdict(verdict));
    await options.keep?.(bench);
    return verdict;
  } finally {
    forget();
    await bench.close();
  }
}

/** Fresh disks with this part's configuration, then its steps; a step that fails does not stop the others. */
async function runPart(run: Run, steps: readonly Step[]): Promise<void> {
  const { bench } = run;
  bench.setRate(0);
  await Promise.all(BOXES.map((name) => bench.boxes[name].powerOff()));
  if (steps[0] !== typed && steps[0] !== panel) await bench.writeDisks(run.config);
  const startMs = run.now();
  for (const step of steps) {
    run.begin(step);
    try {
      await step.run(run);
    } catch (error) {
      run.fail(error);
      // Without a booted pair nothing else can be tried.
      if (step === boot) return;
    }
  }
  await measureMemory(run, startMs);
}

async function measureMemory(run: Run, startMs: number): Promise<void> {
  if (run.now() - startMs < RSS_AFTER_MS) return;
  const name = `supervisor RSS after ${Math.round((run.now() - startMs) / 1000)} s (backup)`;
  const command = 'grep VmRSS /proc/$(cat /run/understudy.pid)/status';
  try {
    const told = await run.bench.boxes.backup.shell(command);
    const kib = Number(/VmRSS:\s+(\d+) kB/.exec(told)?.[1]);
    if (!(kib > 0)) throw new Error(`the memory of the backup's supervisor cannot be read: ${told}`);
    run.measure(name, `${(kib / 1024).toFixed(1)} MiB`, '4 MB');
  } catch (error) {
    run.fail(error);
  }
}

function planParts(options: LabOptions): Part[] {
  const unknown = options.scenario?.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(`Unknown scenario "${unknown}"; known: ${STEPS.map((step) => step.name).join(', ')}.`);
  }
  const alone = [typed, panel].find(({ name }) => name === options.scenario?.join());
  if (alone !== undefined) return [{ timing: options.timing ?? 'paper', steps: [alone] }];
  if (options.scenario) {
    const steps = STEPS.filter((step) => step === boot || options.scenario!.includes(step.name));
    return [{ timing: options.timing ?? 'paper', steps }];
  }
  return [
    { timing: 'paper', steps: PAPER_STEPS },
    { timing: 'paper', steps: [typed] },
    { timing: 'default', steps: [panel] },
    { timing: 'default', steps: [boot, takeover] },
    { timing: 'default', steps: [boot, director] },
    { timing: 'fast', steps: [boot, steady, takeover] },
  ];
}

/** @throws one sentence that names the first thing missing */
export function checkMachine(): void {
  if (process.getuid?.() !== 0)
    throw new Error('The lab needs root: it makes network namespaces and taps of its own.');
  if (!existsSync('/dev/net/tun'))
    throw new Error('The lab needs /dev/net/tun for its taps, and this machine has none.');
  try {
    accessSync('/dev/net/tun');
    runCommand('unshare', '--net', 'true');
  } catch (error) {
    throw new Error(
      `The lab needs network namespaces, and this machine gives none: ${(error as Error).message}`,
    );
  }
}

function sizeMeasurements(sizes: BaseImage['sizes']): Measurement[] {
  const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
  const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return [
    { name: 'size of the runner (i586)', value: kib(sizes.runner) },
    { name: 'size of the bytecode', value: kib(sizes.bytecode) },
    { name: 'size of a slot', value: mib(sizes.slot), budget: '16 MB' },
    { name: 'size of the disk image', value: mib(sizes.disk) },
  ];
}

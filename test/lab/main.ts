/** `npm run lab`: reads the command line, runs the lab, and ends with exit code 0 or 1. */

import { parseArgs } from 'node:util';
import type { Bench } from './bench';
import { type LabOptions, runLab, STEPS } from './lab';
import { BOXES } from './network';
import { TIMINGS, type Timing } from './pair';

const USAGE = `usage: npm run lab -- [--keep] [--scenario NAME]... [--timing NAME] [--rounds N] [--image PATH]
  --keep           leave everything running after the scenario, until Ctrl-C
  --scenario NAME  run only this step (after boot); may be repeated: ${STEPS.map((step) => step.name).join(', ')}
  --timing NAME    heartbeat timing for --scenario: ${Object.keys(TIMINGS).join(', ')}
  --rounds N       power losses per timing, 3 unless told otherwise
  --image PATH     disk image to boot instead of the one that the lab assembles`;

const OPTIONS = {
  keep: { type: 'boolean', default: false },
  scenario: { type: 'string', multiple: true },
  timing: { type: 'string' },
  rounds: { type: 'string' },
  image: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function fail(sentence: string): never {
  console.error(`lab: ${sentence}`);
  process.exit(1);
}

function readOptions(): LabOptions {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.timing !== undefined && !(values.timing in TIMINGS)) {
    throw new Error(`Unknown timing "${values.timing}"; known: ${Object.keys(TIMINGS).join(', ')}.`);
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds takes a whole number above 0, not "${values.rounds}".`);
  }
  return {
    ...(values.scenario ? { scenario: values.scenario } : {}),
    ...(values.timing ? { timing: values.timing as Timing } : {}),
    ...(values.image ? { image: values.image } : {}),
    ...(rounds ? { rounds } : {}),
    ...(values.keep ? { keep } : {}),
  };
}

/** Tells how to look around, and waits for Ctrl-C. */
function keep(bench: Bench): Promise<void> {
  console.log('\nThe lab stays on. Ctrl-C turns it off.');
  for (const name of BOXES) {
    console.log(`  console of the ${name}:  npx tsx test/lab/attach.ts ${bench.boxes[name].consolePath}`);
  }
  const inClient = `ip netns exec ${bench.network.namespace('client')}`;
  const ask = `fetch('http://${bench.pair.vip}/').then(async (page) => console.log(await page.text()))`;
  console.log(`  ask the VIP:  ${inClient} node -e "${ask}"`);
  return new Promise(() => setInterval(() => {}, 60_000));
}

try {
  const verdict = await runLab(readOptions());
  process.exit(verdict.failed === 0 && verdict.passed > 0 ? 0 : 1);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

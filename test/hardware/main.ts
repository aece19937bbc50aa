/**
 * `npm run hardware`: boots the image on every machine of machines.ts and prints a table; exit code 0 if each does what it
 * must. Logs of all consoles lie in out/hardware/.
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { boot, type Findings } from './boot';
import { MACHINES, type Machine } from './machines';
import { failure, table } from './table';

const IMAGE = 'out/understudy.img';
const OUT = 'out/hardware';
const JOBS = 2;
const USAGE = `usage: npm run hardware -- [--image FILE] [--only NAME]... [--jobs N]
  --image FILE  boot this instead of ${IMAGE}
  --only NAME   only this machine; may be repeated: ${MACHINES.map(({ name }) => name).join(', ')}
  --jobs N      machines at a time, ${JOBS} unless told otherwise`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      image: { type: 'string', default: IMAGE },
      only: { type: 'string', multiple: true },
      jobs: { type: 'string', default: String(JOBS) },
    },
  });
  const { image, only } = values;
  const unknown = only?.find((name) => !MACHINES.some((machine) => machine.name === name));
  if (unknown !== undefined || !(Number(values.jobs) > 0)) throw new Error(USAGE);
  if (!existsSync(image)) throw new Error(`There is no ${image}: "npm run image" makes it.`);
  const machines = MACHINES.filter(({ name }) => only?.includes(name) ?? true);
  mkdirSync(OUT, { recursive: true });

  const results = new Map<Machine, Findings>();
  const waiting = [...machines];
  const worker = async (): Promise<void> => {
    for (let machine = waiting.shift(); machine; machine = waiting.shift()) {
      const findings = await boot(machine, image);
      results.set(machine, findings);
      const label = `${machine.kind} ${machine.name}`;
      writeFileSync(join(OUT, `${label.replace(/\W+/g, '-')}.log`), findings.console);
      console.log(`${label}: ${failure(machine, findings) ?? 'good'}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));

  const rows = machines.map((machine) => ({ machine, findings: results.get(machine)! }));
  const text = table(rows);
  writeFileSync(join(OUT, 'table.txt'), text);
  console.log(`\n${text}`);
  return rows.every(({ machine, findings }) => failure(machine, findings) === null);
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);

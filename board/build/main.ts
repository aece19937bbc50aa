/**
 * `npm run build`: the runner, the bytecode and, given a configuration, one box's disk image. Checks the
 * configuration first, with the program that will read it on the box.
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildPrograms } from './bundle';
import { command } from './command';
import { buildBase, buildImage } from './image';
import { buildRunner } from './runner';

const USAGE = `usage: npm run build -- [--config FILE --node NAME [--image FILE] [--out FILE]]
  builds everything that both boxes have in common; with a configuration also the disk image of box NAME, from the
  image that the lab boots or, better, from the one that "npm run image" made`;

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    node: { type: 'string' },
    image: { type: 'string' },
    out: { type: 'string' },
  },
});

try {
  const runner = await buildRunner('x64');
  const programs = await buildPrograms();
  console.log(`runner and bytecode for this machine:\n  ${runner} --folder ${programs} version`);
  const { config, node, image } = values;
  if (image === undefined)
    for (const [name, bytes] of Object.entries((await buildBase()).sizes))
      console.log(`  ${name}: ${Math.round(bytes / 1024)} KiB`);
  if (config !== undefined && node !== undefined) {
    await command(runner, ['--folder', programs, 'check', config]);
    const out = values.out ?? `out/${node}.img`;
    const base = image === undefined ? {} : { base: image };
    await buildImage({ config: readFileSync(config, 'utf8'), hostname: node, out, ...base });
    console.log(`disk image of ${node}: ${out}`);
  } else if (config !== undefined || node !== undefined || image !== undefined) throw new Error(USAGE);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

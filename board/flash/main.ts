/**
 * `npm run flash -- /dev/sdX`: shows the disk, refuses what must not be overwritten, has its name typed, writes the
 * image, reads it back. All that is asked and said is here.
 */

import { existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { command } from '../build/command';
import { type BlockDevice, description, hindrance, LSBLK_ARGUMENTS } from './device';
import { firstDifference, type Progress, writeImage } from './write';

const IMAGE = 'out/understudy.img';
const USAGE = `usage: npm run flash -- /dev/sdX [--image FILE]
  writes ${IMAGE} or FILE to a whole disk; everything on the disk is overwritten`;
const MB = 1000 * 1000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { image: { type: 'string' } },
  });
  const [disk, ...more] = positionals;
  if (disk === undefined || more.length > 0)
    throw new Error(`${USAGE}\n\ndisks of this machine:\n${await disks()}`);
  const image = values.image ?? IMAGE;
  if (!existsSync(image))
    throw new Error(`There is no ${image}: "npm run image" or "npm run build" makes one.`);

  const device = await lookUp(disk);
  console.log(description(device).join('\n'));
  const reason = hindrance(device, statSync(image).size);
  if (reason !== null) throw new Error(reason);
  await confirmed(disk, image);

  writeImage(image, disk, progress('written'));
  const different = firstDifference(image, disk, progress('compared'));
  if (different !== null)
    throw new Error(
      `${disk} does not hold what was written, from byte ${different} on: use another disk or card.`,
    );
  console.log(
    `${disk} holds ${image}, compared byte by byte. Put it into the box, connect a terminal to its first serial port ` +
      '(115200 8N1) and switch it on: it greets you there.',
  );
}

async function disks(): Promise<string> {
  return command('lsblk', ['--nodeps', '--output', 'PATH,SIZE,MODEL,TRAN']);
}

async function lookUp(disk: string): Promise<BlockDevice> {
  const text = await command('lsblk', [...LSBLK_ARGUMENTS, disk]).catch(async () => {
    throw new Error(`${disk} is no disk of this machine; these are:\n${await disks()}`);
  });
  return (JSON.parse(text) as { blockdevices: BlockDevice[] }).blockdevices[0]!;
}

/** @throws one sentence where anything else is typed */
async function confirmed(disk: string, image: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const typed = await terminal.question(
    `\nEverything on this disk will be overwritten by ${image}.\nType its name (${disk}) to go on: `,
  );
  terminal.close();
  if (typed.trim() !== disk) throw new Error(`"${typed.trim()}" is not ${disk}: nothing was written.`);
}

function progress(verb: string): Progress {
  return (doneBytes, wholeBytes) => {
    const end = doneBytes === wholeBytes ? '\n' : '';
    process.stdout.write(
      `\r${Math.floor(doneBytes / MB)} of ${Math.floor(wholeBytes / MB)} MB ${verb}${end}`,
    );
  };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

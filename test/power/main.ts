/** `npm run powercuts`: cuts the power of emulated boxes at random moments, and tells whether each came back whole. */

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Cut, cutPower, type Random } from './cuts';

const IMAGE = 'out/understudy.img';
const CUTS = 200;
const JOBS = 2;
const USAGE = `usage: npm run powercuts -- [--image FILE] [--cuts N] [--seed N] [--jobs N]
  cuts the power N times (${CUTS}), of --jobs boxes (${JOBS}) at a time; the same seed cuts at the same moments`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      image: { type: 'string', default: IMAGE },
      cuts: { type: 'string', default: String(CUTS) },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(JOBS) },
    },
  });
  const [count, seed, jobs] = [values.cuts, values.seed, values.jobs].map(Number) as [number, number, number];
  if (!(count > 0 && jobs > 0 && Number.isInteger(seed))) throw new Error(USAGE);
  if (!existsSync(values.image)) throw new Error(`There is no ${values.image}: "npm run image" makes it.`);
  const cuts: Cut[] = [];
  const box = (number: number): Promise<void> =>
    cutPower(values.image, Math.ceil(count / jobs), generator(seed * jobs + number), (cut) => {
      cuts.push(cut);
      const moment = `${cut.afterMs.toFixed(0).padStart(5)} ms into ${cut.during === 'start' ? 'its start' : 'saving'}`;
      console.log(
        `${String(cuts.length).padStart(4)}  box ${number}, cut ${moment}: ${cut.fault ?? 'whole'}`,
      );
    });
  const ends = await Promise.allSettled(Array.from({ length: jobs }, (_, number) => box(number)));
  const faults = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  for (const fault of faults) console.error(fault);
  const starts = cuts.filter(({ during }) => during === 'start').length;
  const whole = cuts.filter(({ fault }) => fault === null).length;
  console.log(
    `\n${cuts.length} cuts, ${starts} during a start and ${cuts.length - starts} during saves: ${whole} boxes came back whole`,
  );
  return faults.length === 0 && whole === cuts.length;
}

/** mulberry32: small, and good enough to choose moments. */
function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);

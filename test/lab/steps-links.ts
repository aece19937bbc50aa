/** Steps (d) and (e): one heartbeat link is cut. Nothing moves, and the loss is reported. */

import { BOXES } from './network';
import type { Run, Step } from './run';

const REPORT_DEADLINE_MS = 10_000;
/** Beyond the deadtime: a box that would take over had time to. */
const BEYOND_MS = 1000;

export const nullModem: Step = {
  name: 'null-modem',
  title: '(d) the null modem is cut: no takeover',
  run: (run) =>
    cut(run, {
      what: 'null modem',
      lost: /is not heard on .*ttyS1/,
      back: /is heard on .*ttyS1 again/,
      set: (isCut) => {
        run.bench.cable.state = isCut ? 'cut' : 'whole';
      },
    }),
};

export const ethernet: Step = {
  name: 'ethernet',
  title: '(e) the Ethernet heartbeat is cut: no takeover',
  run: (run) =>
    cut(run, {
      what: 'Ethernet heartbeat',
      lost: /is not heard on .*eth1/,
      back: /is heard on .*eth1 again/,
      set: (isCut) => run.bench.network.separateBoxes('inside', isCut),
    }),
};

interface Link {
  readonly what: string;
  /** Console lines that report it. */
  readonly lost: RegExp;
  readonly back: RegExp;
  readonly set: (isCut: boolean) => void;
}

async function cut(run: Run, link: Link): Promise<void> {
  const { bench } = run;
  await run.settle();
  const cutMs = run.now();
  link.set(true);
  run.act(`${link.what} cut`, `${link.what} cut`);
  try {
    await run.observe(run.deadtimeMs + BEYOND_MS);
    for (const name of BOXES) await checkReport(run, name, `${name} reports the loss`, link.lost, cutMs);
    run.checkOnlyHolder('lead', cutMs);
    run.checkNoClientError(cutMs);
  } finally {
    link.set(false);
    run.act(`${link.what} mended`, 'mended');
  }
  const mendedMs = run.now();
  for (const name of BOXES) await checkReport(run, name, `${name} reports its return`, link.back, mendedMs);
  run.checkOnlyHolder('lead', mendedMs);

  async function checkReport(
    at: Run,
    name: (typeof BOXES)[number],
    claim: string,
    pattern: RegExp,
    sinceMs: number,
  ): Promise<void> {
    try {
      const line = await bench.boxes[name].waitForLine(pattern, sinceMs, REPORT_DEADLINE_MS);
      at.check(claim, true, line.text);
    } catch (error) {
      at.check(claim, false, (error as Error).message);
    }
  }
}

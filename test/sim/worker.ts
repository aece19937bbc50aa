/** One core's share of the simulator: runs the seeds that it is given, and says what came of them. */

import { parentPort } from 'node:worker_threads';
import { Report } from './report';
import { runSeed } from './run';

export interface Task {
  readonly first: number;
  readonly count: number;
}

export interface Progress extends Pick<Report, 'seeds' | 'simulatedMs' | 'rows'> {
  /** A seed that breaks an invariant; the rest of the task was not run. */
  readonly failed: number | null;
}

function run({ first, count }: Task): Progress {
  const report = new Report();
  for (let seed = first; seed < first + count; seed++) {
    const outcome = runSeed(seed);
    if (outcome.violation !== null) return { ...report, failed: seed };
    report.note(outcome);
  }
  return { ...report, failed: null };
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(run(task)));

/** Many seeds on many cores: hands them out to worker threads, and puts together what came of them. */

import { Worker } from 'node:worker_threads';
import { Report } from './report';
import type { Progress } from './worker';

/** Seeds that a worker runs between two words of it. */
const CHUNK_SEEDS = 25;

export interface Result {
  readonly report: Report;
  /** The first failing seed that was met; the others were then not run to the end. */
  readonly failed: number | null;
}

/** @param show told after each chunk */
export function runAll(
  first: number,
  seeds: number,
  jobs: number,
  show: (report: Report) => void = () => {},
): Promise<Result> {
  const report = new Report();
  const end = first + seeds;
  let [next, busy] = [first, jobs];
  return new Promise((resolve, reject) => {
    const workers = Array.from({ length: jobs }, () => new Worker(new URL('./worker.mjs', import.meta.url)));
    const finish = (failed: number | null) => {
      for (const worker of workers) void worker.terminate();
      resolve({ report, failed });
    };
    for (const worker of workers) {
      const give = () => {
        const count = Math.min(CHUNK_SEEDS, end - next);
        if (count > 0) worker.postMessage({ first: next, count });
        else if (--busy === 0) finish(null);
        next += count;
      };
      worker.on('error', reject);
      worker.on('message', (progress: Progress) => {
        report.merge(progress);
        show(report);
        if (progress.failed === null) give();
        else finish(progress.failed);
      });
      give();
    }
  });
}

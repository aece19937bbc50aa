/** Many seeds on many cores: hands them out to worker threads, and puts together what came of them. */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { Report } from './report';
import type { Progress } from './worker';

/** Seeds that a worker runs between two words of it. */
const CHUNK_SEEDS = 20;
const WORKER = join(dirname(fileURLToPath(import.meta.url)), 'worker.ts');

export interface Result {
  readonly report: Report;
  /** The lowest failing seed; the seeds above were then not all run. */
  readonly failed: number | null;
}

/** One plain script: what loads TypeScript file by file makes programs that run at half the speed. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [WORKER],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/** @param show told after each chunk */
export async function runAll(
  first: number,
  seeds: number,
  jobs: number,
  show: (report: Report) => void = () => {},
): Promise<Result> {
  const script = await bundle();
  const report = new Report();
  let end = first + seeds;
  let next = first;
  let failed: number | null = null;
  /** Chunks are handed out in order, so those below a failed seed still end. */
  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const give = () => {
        const count = Math.min(CHUNK_SEEDS, end - next);
        if (count > 0) worker.postMessage({ first: next, count });
        else resolve();
        next += Math.max(0, count);
      };
      worker.on('error', reject);
      worker.on('message', (progress: Progress) => {
        report.merge(progress);
        show(report);
        if (progress.failed !== null) {
          failed = Math.min(failed ?? progress.failed, progress.failed);
          end = Math.min(end, next);
        }
        give();
      });
      give();
    });
  const workers = Array.from({ length: jobs }, () => new Worker(script, { eval: true }));
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) void worker.terminate();
  }
  return { report, failed };
}

/**
 * `npm test`: format and lint, types, then every vitest suite (values, simulation, the x86-64 runner), then one
 * takeover and one typed session in the lab. Counts each stage and ends with `N passed, N failed`, which also decides the exit code.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runLab } from './lab/lab';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const REPORT = 'out/test/vitest.json';

function tool(title: string, program: string, args: readonly string[]): Count {
  const startMs = Date.now();
  console.log(`\n== ${title}`);
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  console.log(
    `== ${title}: ${status === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - startMs) / 1000).toFixed(1)} s`,
  );
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Vitest's own exit code counts as one more failure where its report shows none: a suite that never ran is no pass. */
function vitest(): Count {
  rmSync(REPORT, { force: true });
  mkdirSync('out/test', { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const { failed } = tool('tests', 'node_modules/.bin/vitest', ['run', ...reporters]);
  try {
    const report = JSON.parse(readFileSync(REPORT, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const counts: Count[] = [
  tool('format and lint', 'node_modules/.bin/biome', ['ci', '.']),
  tool('types', 'node_modules/.bin/tsc', ['-p', '.']),
  vitest(),
];
console.log('\n== lab: one takeover');
counts.push(await runLab({ scenario: ['takeover'], rounds: 1 }));
console.log('\n== lab: two factory-fresh boxes set up by typed commands');
counts.push(await runLab({ scenario: ['typed'] }));

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

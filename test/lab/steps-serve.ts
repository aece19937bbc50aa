/** Steps (a) to (c): the pair boots, balances, and drops a dead real server. */

import { waitFor } from './clock';
import { BOXES } from './network';
import { CLIENT_RATE, type Run, type Step } from './run';
import { alternates, between, failures, shares } from './traffic';
import { duration } from './verdict';

const BOOT_DEADLINE_MS = 60_000;
const BOOT_RATE = 20;
const BURST = 200;
/** After a server's fate has shown, the client is watched for so long. */
const WATCH_MS = 2000;
/** What the design allows beyond interval and time-out of the check. */
const CHECK_SLACK_MS = 100;

export const boot: Step = {
  name: 'boot',
  title: '(a) both boxes boot: lead active, backup standby',
  run: async (run) => {
    const { bench } = run;
    bench.setRate(BOOT_RATE, 'boot');
    const onMs = run.now();
    const firstBeatMs: number[] = [];
    BOXES.forEach((name, end) => {
      bench.forgetChecks(name);
      bench.cable.onNextSent(end as 0 | 1, () => {
        firstBeatMs[end] = run.now();
      });
      bench.boxes[name].powerOn();
    });
    run.act('power on both boxes', 'power on');
    const ups = await Promise.all(
      BOXES.map((name) => bench.boxes[name].waitForLine(/start: .* is up/, onMs, BOOT_DEADLINE_MS)),
    );
    const activeMs = await bench.waitForActive('lead', BOOT_DEADLINE_MS);
    const servedMs = await bench.waitForService(onMs, BOOT_DEADLINE_MS);
    run.check(
      'lead holds VIP and gateway, backup neither',
      true,
      `${duration(activeMs - onMs)} after power-on`,
    );
    run.checkNoDuplicate(onMs);
    run.check('both real servers answer', true, `first ${duration(servedMs - onMs)} after power-on`);
    const name = (what: string): string => `${what}, ${run.timing} timing`;
    run.measure(name('power-on to first served request'), duration(servedMs - onMs));
    run.measure(
      name('power-on to supervisor start'),
      ups.map((line) => duration(line.atMs - onMs)).join(', '),
    );
    const beats = firstBeatMs.map((atMs, end) => duration(atMs - ups[end]!.atMs));
    run.measure(name('supervisor start to first heartbeat'), beats.join(', '), '300 ms');
  },
};

export const rotation: Step = {
  name: 'rotation',
  title: '(b) 200 requests alternate between the real servers',
  run: async (run) => {
    const { bench } = run;
    await run.settle();
    bench.setRate(0);
    await run.observe(300);
    run.act(`${BURST} requests, one after the other`, '200 requests');
    const outcomes = await bench.burst(BURST, 30_000);
    const counts = [...shares(outcomes)].sort().map(([name, count]) => `${name} ${count}`);
    run.check('they alternate exactly', alternates(outcomes), counts.join(', '));
    bench.setRate(CLIENT_RATE);
  },
};

export const deadServer: Step = {
  name: 'dead-server',
  title: '(c) the web server on RS1 stops, then starts again',
  run: async (run) => {
    const { bench } = run;
    await run.settle();
    const limitMs = run.checkDelayMs + CHECK_SLACK_MS;

    await bench.stopServer('rs1');
    const stoppedMs = run.now();
    run.act('web server on RS1 stops', 'RS1 stops');
    const outMs = await waitFor('end of the client errors', limitMs + WATCH_MS + 5000, () => {
      const failed = failures(run.outcomesSince(stoppedMs));
      const lastMs = failed.at(-1)?.endMs ?? stoppedMs;
      return run.now() - lastMs > WATCH_MS && run.now() - stoppedMs > WATCH_MS ? lastMs : null;
    });
    run.seen(`RS1 was out ${duration(outMs - stoppedMs)} after it stopped`);
    run.check(`out within ${duration(limitMs)}`, outMs - stoppedMs <= limitMs, duration(outMs - stoppedMs));
    checkServedByOnly(run, outMs);

    const startFrom = run.now();
    await bench.startServer('rs1');
    const startedMs = run.now();
    run.act('web server on RS1 starts', 'RS1 starts');
    const back = await waitFor(
      'answer of RS1',
      limitMs + 5000,
      () =>
        bench.outcomes.find((outcome) => outcome.server === 'rs1' && outcome.startMs >= startFrom) ?? null,
    );
    const backMs = back.endMs - startedMs;
    run.check(`back within ${duration(limitMs)}`, backMs <= limitMs, duration(backMs));
    await run.observe(WATCH_MS);
    const outcomes = between(bench.outcomes, back.startMs, back.startMs + WATCH_MS - 300);
    const counts = shares(outcomes);
    const even = Math.abs((counts.get('rs1') ?? 0) - (counts.get('rs2') ?? 0)) <= 1;
    run.check(
      'rotation is even again',
      even,
      [...counts]
        .sort()
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
    );
    run.checkNoClientError(startFrom);
  },
};

function checkServedByOnly(run: Run, sinceMs: number): void {
  const outcomes = run.outcomesSince(sinceMs);
  const wrong = outcomes.filter((outcome) => outcome.server !== 'rs2');
  run.check(
    'after that no client error',
    wrong.length === 0,
    `${wrong.length} of ${outcomes.length} requests`,
  );
}

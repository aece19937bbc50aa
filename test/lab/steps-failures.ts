/** Steps (f) to (j): a box loses power, hangs, loses its supervisor, reboots. Somebody serves. */

import { STARTING_DEADTIME_MS, STARTING_MS } from '../../src/cluster/voice';
import { AFTER_MS, BOOT_DEADLINE_MS, leadReturns, TAKEOVER_DEADLINE_MS, takenOver } from './moves';
import { BOXES } from './network';
import { TIMINGS } from './pair';
import type { Step } from './run';
import { failures, median } from './traffic';
import { duration } from './verdict';

const REBOOT_LIMIT_MS = 300;
/** How long the client is watched after the supervisor was killed. */
const KILLED_WATCH_MS = 3000;

export const takeover: Step = {
  name: 'takeover',
  title: '(f, g) the lead loses power, and returns',
  run: async (run) => {
    const outages: number[] = [];
    const gaps: number[] = [];
    for (let round = 1; round <= run.rounds; round += 1) {
      await run.settle();
      // A box that has just started announces a deadtime of a second or more.
      if (run.deadtimeMs < STARTING_DEADTIME_MS) await run.observe(STARTING_MS);
      const offMs = run.now();
      await run.bench.boxes.lead.powerOff();
      run.act(`lead loses power (${round} of ${run.rounds})`, 'lead loses power');
      outages.push(await takenOver(run, offMs));
      // The last boot of a part that ends here would show nothing new.
      if (round === 1 || round < run.rounds || run.timing === 'paper')
        gaps.push(await leadReturns(run, () => run.bench.boxes.lead.powerOn()));
      run.checkNoDuplicate(offMs);
    }
    const { budgetMs } = TIMINGS[run.timing];
    const list = (values: readonly number[]): string =>
      `median ${duration(median(values))} of ${values.map(duration).join(', ')}`;
    run.measure(`outage at power loss, ${run.timing} timing`, list(outages), duration(budgetMs));
    run.measure(`gap at failback, ${run.timing} timing`, list(gaps));
  },
};

export const steady: Step = {
  name: 'steady',
  title: 'nothing happens: no false takeover',
  run: async (run) => {
    await run.settle();
    const fromMs = run.now();
    await run.observe(STEADY_MS);
    run.checkOnlyHolder('lead', fromMs);
    run.checkNoClientError(fromMs);
  },
};
const STEADY_MS = 5000;

export const hang: Step = {
  name: 'hang',
  title: '(h) the lead hangs, is replaced, and wakes up',
  run: async (run) => {
    const { bench } = run;
    await run.settle();
    const hungMs = run.now();
    bench.boxes.lead.pause();
    run.act('lead hangs: its processor stops', 'lead hangs');
    await takenOver(run, hungMs);
    await run.observe(AFTER_MS);

    const wokeMs = run.now();
    bench.boxes.lead.resume();
    run.act('lead wakes up', 'lead wakes');
    await run.observe(run.deadtimeMs + AFTER_MS);
    const lastDoubleMs = Math.max(wokeMs, ...run.doubleHoldings(wokeMs).map((holding) => holding.toMs));
    const claim = `exactly one box active within ${duration(run.deadtimeMs)} of waking`;
    run.check(
      claim,
      lastDoubleMs - wokeMs <= run.deadtimeMs,
      `two answered for ${duration(lastDoubleMs - wokeMs)}`,
    );
    run.measure('duplicate address after a hang', duration(lastDoubleMs - wokeMs), duration(run.deadtimeMs));
    await bench.waitForActive('lead', TAKEOVER_DEADLINE_MS);
    run.check('the lead has the group back, alone', true, `${duration(run.now() - wokeMs)} after waking`);
    const failed = failures(run.outcomesSince(wokeMs)).length;
    run.measure('requests lost at waking and failback', String(failed));
    await run.observe(AFTER_MS);
    run.checkNoDuplicate(wokeMs + run.deadtimeMs);
  },
};

export const killed: Step = {
  name: 'killed',
  title: "(i) SIGKILL for the active box's supervisor",
  run: async (run) => {
    const { bench } = run;
    await run.settle();
    const lead = bench.boxes.lead;
    const before = await lead.shell('cat /run/understudy.pid');
    const fromMs = run.now();
    await lead.shell(`kill -9 ${before}`);
    const killedMs = run.now();
    run.act(`supervisor of the lead (process ${before}) killed`, 'supervisor killed');
    let backMs: number | null = null;
    bench.cable.onNextSent(BOXES.indexOf('lead') as 0 | 1, () => {
      backMs = run.now();
    });
    await run.observe(KILLED_WATCH_MS);
    run.checkNoClientError(fromMs);
    run.checkOnlyHolder('lead', fromMs);
    const after = await lead.shell('cat /run/understudy.pid');
    run.check('a new supervisor runs', after !== before && /^\d+$/.test(after), `process ${after}`);
    run.check(
      'it sends heartbeats',
      backMs !== null,
      backMs === null ? 'none' : `${duration(backMs - killedMs)} after the kill`,
    );
    if (backMs !== null) run.measure('SIGKILL to next heartbeat', duration(backMs - killedMs));
  },
};

export const stuck: Step = {
  name: 'stuck',
  title:
    '(k) the supervisor of the active box hangs: the watchdog resets the box before the backup takes over',
  run: async (run) => {
    const { bench } = run;
    await run.settle();
    const lead = bench.boxes.lead;
    const fromMs = run.now();
    bench.forgetChecks('lead');
    await lead.shell('kill -STOP $(cat /run/understudy.pid)');
    run.act('supervisor of the lead stopped, its kernel goes on', 'supervisor hangs');
    await takenOver(run, fromMs);
    run.checkNoDuplicate(fromMs);
    const up = await lead.waitForLine(/start: .* is up/, fromMs, BOOT_DEADLINE_MS);
    run.check('the watchdog has restarted the lead', true, `up ${duration(up.atMs - fromMs)} after it hung`);
    await leadReturns(run, () => {});
    run.checkNoDuplicate(fromMs);
  },
};

export const reboot: Step = {
  name: 'reboot',
  title: '(j) the active box is rebooted',
  run: async (run) => {
    const { bench } = run;
    await run.settle();
    await bench.boxes.lead.shell('true');
    const fromMs = run.now();
    run.act('reboot typed on the lead', 'reboot');
    bench.boxes.lead.type('reboot');
    const outageMs = await takenOver(run, fromMs);
    run.check(`outage under ${duration(REBOOT_LIMIT_MS)}`, outageMs < REBOOT_LIMIT_MS, duration(outageMs));
    run.measure('outage at a clean reboot', duration(outageMs), duration(REBOOT_LIMIT_MS));
    await leadReturns(run, () => {});
    run.checkNoDuplicate(fromMs);
  },
};

/** Step (l): what an operator types on the boxes' consoles. The group moves at the command, and not otherwise. */

import { AFTER_MS, BOOT_DEADLINE_MS, servedBy, TAKEOVER_DEADLINE_MS } from './moves';
import type { BoxName } from './network';
import type { Run, Step } from './run';
import { duration } from './verdict';

/** By then a preferred box has asked for the group. */
const STABLE_DEADTIMES = 2;

export const commands: Step = {
  name: 'commands',
  title: '(l) standby, takeover and maintenance, typed on the console',
  run: async (run) => {
    await run.settle();
    await move(run, 'lead', 'standby', 'backup');
    await move(run, 'lead', 'takeover', 'lead');
    await move(run, 'lead', 'maintenance on', 'backup');
    await returnInMaintenance(run);
    await move(run, 'lead', 'maintenance off', 'lead');
    await checkStatus(run);
  },
};

/** A box in maintenance loses power, comes back, and leaves the group where it is, whatever is typed. */
async function returnInMaintenance(run: Run): Promise<void> {
  const { lead } = run.bench.boxes;
  await lead.powerOff();
  const fromMs = run.now();
  run.bench.forgetChecks('lead');
  lead.powerOn();
  run.act('lead loses power in maintenance, and returns', 'lead returns');
  await lead.waitForLine(/ is alive/, fromMs, BOOT_DEADLINE_MS);
  await run.observe(STABLE_DEADTIMES * run.deadtimeMs);
  const answer = await lead.shell('understudy takeover 2>&1; echo "status $?"');
  run.check('it takes nothing', /maintenance/.test(answer) && /status 1/.test(answer), answer);
  run.checkOnlyHolder('backup', fromMs);
}

/** Types a command on a box and waits until `to` serves. */
async function move(run: Run, on: BoxName, command: string, to: BoxName): Promise<void> {
  const fromMs = run.now();
  run.act(`${command} typed on the ${on}`, command);
  const answer = await run.bench.boxes[on].shell(`understudy ${command} 2>&1; echo "status $?"`);
  run.check(`${command} is accepted`, /status 0$/.test(answer), answer);
  const gapMs = await servedBy(run, to, fromMs, TAKEOVER_DEADLINE_MS);
  await run.observe(AFTER_MS);
  run.check(`the ${to} serves`, true, `no answer for ${duration(gapMs)}`);
  run.checkMovedOnce(to, fromMs);
}

async function checkStatus(run: Run): Promise<void> {
  for (const [name, role] of [
    ['lead', 'active'],
    ['backup', 'standby'],
  ] as const) {
    // Through a file, for the supervisor may log to the console in between.
    const command = 'understudy status --json >/tmp/status; grep -o \'"role":"[a-z]*"\' /tmp/status';
    const seen = await run.bench.boxes[name].shell(command);
    run.check(`status of the ${name}`, seen.includes(`"role":"${role}"`), seen);
  }
}

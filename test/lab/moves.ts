/** The moves of the group that most steps wait for, with the claims that every move must keep. */

import type { BoxName } from './network';
import type { Run } from './run';
import { longestGap } from './traffic';
import { duration } from './verdict';

export const BOOT_DEADLINE_MS = 60_000;
/** A takeover that takes longer has failed. */
export const TAKEOVER_DEADLINE_MS = 20_000;
/** How long the pair is watched after a move. */
export const AFTER_MS = 500;

/** Waits until the backup serves alone; resolves to the outage that the client saw since `fromMs`. */
export async function takenOver(run: Run, fromMs: number): Promise<number> {
  const gapMs = await servedBy(run, 'backup', fromMs - AFTER_MS, TAKEOVER_DEADLINE_MS);
  run.check('the backup serves, alone', true, `no answer for ${duration(gapMs)}`);
  return gapMs;
}

/** Brings the lead back and waits until it is active again; resolves to the gap that the client saw. */
export async function leadReturns(run: Run, bringBack: () => void): Promise<number> {
  const fromMs = run.now();
  run.bench.forgetChecks('lead');
  bringBack();
  run.act('lead returns', 'lead returns');
  const gapMs = await servedBy(run, 'lead', fromMs, BOOT_DEADLINE_MS);
  await run.observe(AFTER_MS);
  run.check('the lead takes the group back, as configured', true, `no answer for ${duration(gapMs)}`);
  run.checkMovedOnce('lead', fromMs);
  return gapMs;
}

/** Waits until this box alone has the group and both real servers answer; resolves to the longest gap since `fromMs`. */
export async function servedBy(run: Run, box: BoxName, fromMs: number, deadlineMs: number): Promise<number> {
  const activeMs = await run.bench.waitForActive(box, deadlineMs);
  const servedMs = await run.bench.waitForService(activeMs, TAKEOVER_DEADLINE_MS);
  run.seen(`the ${box} serves`, `${box} serves`, servedMs);
  return longestGap(run.outcomesSince(fromMs)).lengthMs;
}

/**
 * What becomes of a commit: checked, weighed, applied live, perhaps held until the operator confirms it, saved, answered;
 * and on any failure, or without the confirmation, back to what was. Owns the order of these steps and the words for
 * them. Pure: it applies nothing, saves nothing and knows no clock; `Committer` carries its effects out.
 *
 * One at a time. Each step is asked for by one effect and ended by one event, which carries the number of its job, so
 * that an answer that comes too late does no harm. Nothing is written before it works, and, for a commit that is to be
 * confirmed, not before it is confirmed: a box that starts again meanwhile has gone back.
 */

import type { Edition } from '../config/archive';
import type { Draft } from '../config/store';
import type { LogLevel, Result } from '../host/host';
import type {
  Checked,
  CommitEffect,
  CommitEvent,
  CommitState,
  Job,
  Now,
  Outcome,
  Pending,
  Phase,
  Running,
  Step,
  Surroundings,
} from './commit-types';
import type { Refusal } from './control';
import { risksOf } from './risk';

/** A step that has not ended by then has failed. The disk has a shorter limit of its own. */
export const STEP_LIMIT_MS = 60_000;
const MINUTE_MS = 60_000;

/** @param running what the box started with; null on one without a configuration */
export function commitState(running: Running | null): CommitState {
  return { running, job: null, number: 0 };
}

/** When `step` wants its next tick; infinite when it waits for nothing. */
export function nextWakeMs({ job }: CommitState): number {
  return job?.deadlineMs ?? Number.POSITIVE_INFINITY;
}

export function pendingOf({ job }: CommitState, nowMs: number): Pending | null {
  if (job?.phase !== 'waiting') return null;
  const { text, who } = job.wanted;
  return { text, who, sinceMs: job.sinceMs, leftMs: Math.max(0, job.deadlineMs - nowMs) };
}

export function step(state: CommitState, event: CommitEvent, now: Now, around: Surroundings): Step {
  const { job } = state;
  switch (event.type) {
    case 'commit':
      return begin(state, { wanted: event.wanted, taken: null, client: event.client }, now);
    case 'take-up': {
      const { text, who } = event.edition;
      const wanted = { text, who, comment: '', confirmMinutes: null, acknowledgeRisk: true };
      return begin(state, { wanted, taken: event.edition, client: null }, now);
    }
    case 'confirm':
      if (job?.phase !== 'waiting') return refuse(state, event.client, nothingWaits(job));
      return save(state, { ...job, client: event.client }, now);
    case 'revert': {
      if (job?.phase !== 'waiting') return refuse(state, event.client, nothingWaits(job));
      return goBack(state, { ...job, client: event.client }, null, now);
    }
    case 'tick':
      return job !== null && now.nowMs >= job.deadlineMs ? late(state, job, now) : { state, effects: [] };
    default:
      return job === null || event.job !== state.number
        ? { state, effects: [] }
        : ended(state, job, event, now, around);
  }
}

function begin(state: CommitState, asked: Pick<Job, 'wanted' | 'taken' | 'client'>, now: Now): Step {
  const { wanted, taken, client } = asked;
  if (state.job !== null) {
    const sentence = busy(state.job);
    return client === null
      ? say(state, 'error', 'configuration-refused', sentence)
      : refuse(state, client, sentence);
  }
  if (state.running?.config != null && state.running.edition.text === wanted.text) {
    const text = 'nothing to commit: that is the running configuration';
    const outcome: Outcome = { ok: true, text, revision: state.running.edition.revision, warnings: [] };
    return { state, effects: client === null ? [] : [{ type: 'answer', client, outcome }] };
  }
  const job: Job = {
    phase: 'checking',
    wanted,
    taken,
    client,
    sinceMs: now.wallMs,
    deadlineMs: now.nowMs + STEP_LIMIT_MS,
    next: null,
    warnings: [],
    fault: null,
    wasSaved: false,
    backFault: null,
  };
  const number = state.number + 1;
  return { state: { ...state, job, number }, effects: [{ type: 'check', job: number, text: wanted.text }] };
}

type Ended = Extract<CommitEvent, { readonly job: number }>;

/** An answer that is not to the step under way comes from one that was given up. */
function ended(state: CommitState, job: Job, event: Ended, now: Now, around: Surroundings): Step {
  switch (event.type) {
    case 'checked':
      return job.phase === 'checking'
        ? checked(state, job, event.result, now, around)
        : { state, effects: [] };
    case 'applied':
      if (job.phase === 'going-back') return wentBack(state, { ...job, backFault: event.fault }, now);
      if (job.phase !== 'applying') return { state, effects: [] };
      return event.fault === null ? applied(state, job, now) : goBack(state, job, event.fault, now);
    case 'saved':
      if (job.phase !== 'saving') return { state, effects: [] };
      return event.result.ok
        ? done(state, job, { ...event.result.value, text: job.wanted.text })
        : goBack(state, job, `it could not be saved: ${event.result.error}`, now);
    case 'restored':
      if (job.phase !== 'restoring') return { state, effects: [] };
      return over(state, event.result.ok ? job : { ...job, backFault: doubt(event.result.error) });
  }
}

function late(state: CommitState, job: Job, now: Now): Step {
  const sentence = `not done within ${STEP_LIMIT_MS / 1000} s`;
  switch (job.phase) {
    case 'checking':
      return drop(state, job, { ok: false, error: `the check was ${sentence}` });
    case 'waiting':
      return goBack(state, job, `nobody confirmed it within ${minutes(job.wanted.confirmMinutes ?? 0)}`, now);
    case 'applying':
    case 'saving':
      return goBack(state, job, job.phase === 'saving' ? `saving it was ${sentence}` : sentence, now);
    case 'going-back':
      return wentBack(state, { ...job, backFault: sentence }, now);
    case 'restoring':
      return over(state, { ...job, backFault: doubt(sentence) });
  }
}

function checked(
  state: CommitState,
  job: Job,
  result: Result<Checked>,
  now: Now,
  { node, consoles }: Surroundings,
): Step {
  if (!result.ok) return drop(state, job, { ok: false, error: `it could not be checked: ${result.error}` });
  const { config, faults, warnings } = result.value;
  if (config === null) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    return drop(state, job, { ok: false, error: `the configuration has ${count}`, faults });
  }
  const old = state.running?.config ?? null;
  const risks = job.wanted.acknowledgeRisk || old === null ? [] : risksOf(old, config, node, consoles);
  if (risks.length > 0) return drop(state, job, { ok: false, error: risks.join('; '), risk: true });
  return then(state, { ...job, next: config, warnings }, 'applying', now, { type: 'apply', config });
}

function applied(state: CommitState, job: Job, now: Now): Step {
  const { wanted, client, taken, warnings } = job;
  if (taken !== null) return done(state, job, taken);
  if (wanted.confirmMinutes === null) return save(state, job, now);
  const limit = minutes(wanted.confirmMinutes);
  const deadlineMs = now.nowMs + wanted.confirmMinutes * MINUTE_MS;
  const text = `in force, and not saved: unless it is confirmed within ${limit}, this box goes back by itself`;
  const waiting: Job = { ...job, phase: 'waiting', deadlineMs, client: null };
  const sentence = `the configuration of ${wanted.who} is in force until it is confirmed, for ${limit} at most`;
  const answer = reply(client, { ok: true, text, revision: null, warnings });
  return { state: { ...state, job: waiting }, effects: [log('info', 'commit-waits', sentence), ...answer] };
}

function save(state: CommitState, job: Job, now: Now): Step {
  const { text, who, comment } = job.wanted;
  const draft: Draft = { text, who, comment, dateMs: now.wallMs };
  return then(state, { ...job, wasSaved: true }, 'saving', now, { type: 'save', draft });
}

function done(state: CommitState, job: Job, edition: Edition): Step {
  const { revision, who } = edition;
  const text = `revision ${revision} is in force${job.taken === null ? ' and saved' : ''}`;
  return {
    state: { ...state, job: null, running: { edition, config: job.next! } },
    effects: [
      log('info', 'committed', `${text}, by ${who}`),
      ...reply(job.client, { ok: true, text, revision, warnings: job.warnings }),
    ],
  };
}

/** @param fault null: it was asked for */
function goBack(state: CommitState, job: Job, fault: string | null, now: Now): Step {
  const back: Job = { ...job, fault };
  const config = state.running?.config ?? null;
  if (config === null) return wentBack(state, back, now);
  return then(state, back, 'going-back', now, { type: 'apply', config });
}

function wentBack(state: CommitState, job: Job, now: Now): Step {
  if (!job.wasSaved) return over(state, job);
  const edition = state.running?.edition ?? null;
  return then(state, job, 'restoring', now, { type: 'restore', edition });
}

/** Back where it was, or as near as it could get. */
function over(state: CommitState, job: Job): Step {
  const { fault, backFault, client, taken } = job;
  const { running } = state;
  const nothing = running === null || running.config === null;
  const back = nothing
    ? 'this box has no configuration again'
    : `revision ${running.edition.revision} is in force`;
  const trouble = backFault === null ? '' : `, but going back failed too: ${backFault}`;
  const restarts = backFault !== null || nothing;
  const file = taken === null ? '' : '; the file stays as it is, and is tried again at the next start';
  const sentence = `${fault === null ? '' : `${fault}; `}${back}${trouble}${restarts ? '; the supervisor starts again' : ''}${file}`;
  const outcome: Outcome =
    fault === null && backFault === null
      ? { ok: true, text: sentence, revision: running?.edition.revision ?? null, warnings: [] }
      : { ok: false, error: sentence };
  const level = fault === null && backFault === null ? 'info' : 'error';
  const restart: readonly CommitEffect[] = restarts ? [{ type: 'restart' }] : [];
  return {
    state: { ...state, job: null },
    effects: [
      log(level, 'commit-undone', `the configuration of ${job.wanted.who} is undone: ${sentence}`),
      ...reply(client, outcome),
      ...restart,
    ],
  };
}

/** Before anything was changed. */
function drop(state: CommitState, job: Job, refusal: Refusal): Step {
  const told = [refusal.error, ...(refusal.faults ?? [])].join('; ');
  const noted =
    job.taken === null ? [] : [log('error', 'configuration-refused', `${told}; what runs stays as it is`)];
  return { state: { ...state, job: null }, effects: [...noted, ...reply(job.client, refusal)] };
}

type WithoutJob<T> = T extends unknown ? Omit<T, 'job'> : never;
type Act = WithoutJob<Extract<CommitEffect, { readonly job: number }>>;

function then(state: CommitState, job: Job, phase: Phase, now: Now, act: Act): Step {
  const next: Job = { ...job, phase, deadlineMs: now.nowMs + STEP_LIMIT_MS };
  return { state: { ...state, job: next }, effects: [{ ...act, job: state.number }] };
}

function refuse(state: CommitState, client: number, error: string): Step {
  return { state, effects: reply(client, { ok: false, error }) };
}

function reply(client: number | null, outcome: Outcome): readonly CommitEffect[] {
  return client === null ? [] : [{ type: 'answer', client, outcome }];
}

function say(state: CommitState, level: LogLevel, event: string, sentence: string): Step {
  return { state, effects: [log(level, event, sentence)] };
}

function log(level: LogLevel, event: string, sentence: string): CommitEffect {
  return { type: 'log', level, event, sentence };
}

const DOING: Readonly<Record<Phase, string>> = {
  checking: 'it is being checked',
  applying: 'it is being applied',
  waiting: 'it waits to be confirmed',
  saving: 'it is being saved',
  'going-back': 'it is being undone',
  restoring: 'it is being undone',
};

function busy({ wanted, sinceMs, phase }: Job): string {
  const since = new Date(sinceMs).toISOString().slice(0, 19).replace('T', ' ');
  return `a commit by ${wanted.who} has been under way since ${since} UTC: ${DOING[phase]}`;
}

function nothingWaits(job: Job | null): string {
  return job === null ? 'no commit waits to be confirmed' : `no commit waits to be confirmed: ${busy(job)}`;
}

function minutes(count: number): string {
  return count === 1 ? '1 minute' : `${count} minutes`;
}

function doubt(error: string): string {
  return `the disk may have either configuration: ${error}`;
}

/**
 * The mails that wait for the relay: when each is tried, how often, and what becomes of those for which there is no room.
 * Decides only; sending is for others. Events in, effects out; the state is changed in place.
 */

import type { LogEffect } from '../events';
import { type Mail, RECIPIENTS_LIMIT } from './mail';
import type { SmtpOutcome } from './smtp';

/** Mails that wait, the one that is being sent included. */
export const QUEUE_LIMIT = 32;
/** When so few wait again, one mail tells of those for which there was no room. */
export const SUMMARY_AT = QUEUE_LIMIT / 2;
/** Subjects in that mail. */
export const SUBJECTS_LIMIT = 10;
/** From a failed attempt to the next; twice as long each time. */
export const RETRY_FIRST_MS = 5000;
export const RETRY_MOST_MS = 10 * 60_000;
/** A mail that could not be sent by then is given up. */
export const GIVE_UP_MS = 24 * 3_600_000;

export type QueueEvent =
  | { readonly type: 'tick' }
  /** Mails go to another host from now on, which is asked at once. */
  | { readonly type: 'other-relay' }
  | { readonly type: 'mail'; readonly mail: Mail }
  /** What came of the effect `send`. */
  | { readonly type: 'outcome'; readonly outcome: SmtpOutcome };

export type QueueEffect =
  /** @property id of the mail; the same at each attempt */
  { readonly type: 'send'; readonly mail: Mail; readonly id: number } | LogEffect;

interface Waiting {
  mail: Mail;
  readonly id: number;
  readonly sinceMs: number;
  attempts: number;
  dueMs: number;
}

/** For which there was no room since the last mail that told of any. */
interface Lost {
  count: number;
  readonly firstMs: number;
  lastMs: number;
  readonly from: string;
  readonly to: Set<string>;
  readonly subjects: string[];
}

export class MailQueue {
  private waiting: Waiting[] = [];
  private sending: Waiting | null = null;
  private lost: Lost | null = null;
  private nextId = 1;
  /** While the relay takes nothing: attempts, and when it is asked again. */
  private relayAttempts = 0;
  private relayDueMs = 0;
  private relayFault: string | null = null;

  /** Mails that wait or are being sent. */
  get length(): number {
    return this.waiting.length;
  }

  /** @param nowMs monotonic */
  step(event: QueueEvent, nowMs: number): readonly QueueEffect[] {
    const effects: QueueEffect[] = [];
    if (event.type === 'mail') this.add(event.mail, nowMs, effects);
    if (event.type === 'outcome') this.settle(event.outcome, nowMs, effects);
    if (event.type === 'other-relay') this.relayDueMs = nowMs;
    this.giveUp(nowMs, effects);
    this.summarize(nowMs);
    this.begin(nowMs, effects);
    return effects;
  }

  /** When the next `tick` is needed, monotonic; null while nothing waits for the clock. */
  nextTickMs(): number | null {
    if (this.sending !== null || this.waiting.length === 0) return null;
    return Math.max(this.relayDueMs, Math.min(...this.waiting.map(({ dueMs }) => dueMs)));
  }

  private add(mail: Mail, nowMs: number, effects: QueueEffect[]): void {
    if (this.waiting.length < QUEUE_LIMIT) {
      this.append(mail, nowMs);
      return;
    }
    if (this.lost === null) {
      const sentence = `${QUEUE_LIMIT} mails wait for the relay, so there is no room for "${mail.subject}"; one mail will tell of all that are left out`;
      effects.push(log('error', 'mail-overflow', sentence));
      this.lost = {
        count: 0,
        firstMs: mail.wallMs,
        lastMs: mail.wallMs,
        from: mail.from,
        to: new Set(),
        subjects: [],
      };
    }
    const { lost } = this;
    lost.count += 1;
    lost.lastMs = mail.wallMs;
    for (const to of mail.to) if (lost.to.size < RECIPIENTS_LIMIT) lost.to.add(to);
    if (lost.subjects.length < SUBJECTS_LIMIT) lost.subjects.push(mail.subject);
  }

  private append(mail: Mail, nowMs: number): void {
    this.waiting.push({ mail, id: this.nextId++, sinceMs: nowMs, attempts: 0, dueMs: nowMs });
  }

  private summarize(nowMs: number): void {
    const { lost } = this;
    if (lost === null || this.waiting.length > SUMMARY_AT) return;
    this.lost = null;
    this.append(summaryMail(lost), nowMs);
  }

  private settle(outcome: SmtpOutcome, nowMs: number, effects: QueueEffect[]): void {
    const one = this.sending;
    if (one === null) return;
    this.sending = null;
    const { subject } = one.mail;
    if (outcome.type !== 'later' || outcome.about === 'mail') this.relayWorks(effects);
    switch (outcome.type) {
      case 'refused':
        this.drop(one);
        effects.push(
          log('error', 'mail-refused', `the relay does not take the mail "${subject}": ${outcome.why}`),
        );
        break;
      case 'later':
        if (outcome.about === 'relay') this.relayFails(outcome.why, nowMs, effects);
        else this.postpone(one, one.mail.to, outcome.why, nowMs, effects);
        break;
      case 'sent':
        for (const { to, said } of outcome.refused)
          effects.push(
            log(
              'error',
              'mail-refused',
              `the relay does not take the mail "${subject}" for ${to}: ${JSON.stringify(said)}`,
            ),
          );
        if (outcome.later.length === 0) this.drop(one);
        else this.postpone(one, outcome.later, `not for ${outcome.later.join(', ')}`, nowMs, effects);
        break;
    }
  }

  private drop(one: Waiting): void {
    this.waiting = this.waiting.filter((other) => other !== one);
  }

  private postpone(
    one: Waiting,
    to: readonly string[],
    why: string,
    nowMs: number,
    effects: QueueEffect[],
  ): void {
    one.mail = { ...one.mail, to };
    one.attempts += 1;
    one.dueMs = nowMs + retryMs(one.attempts);
    if (one.attempts > 1) return;
    const sentence = `the relay does not take the mail "${one.mail.subject}" yet: ${why}`;
    effects.push(log('warn', 'mail-late', sentence));
  }

  /** Told once for each reason. */
  private relayFails(why: string, nowMs: number, effects: QueueEffect[]): void {
    this.relayAttempts += 1;
    this.relayDueMs = nowMs + retryMs(this.relayAttempts);
    if (this.relayFault === why) return;
    this.relayFault = why;
    effects.push(
      log('error', 'mail-relay-fails', `mails of alerts wait, as the relay does not take them: ${why}`),
    );
  }

  private relayWorks(effects: QueueEffect[]): void {
    this.relayAttempts = 0;
    this.relayDueMs = 0;
    if (this.relayFault === null) return;
    this.relayFault = null;
    effects.push(log('info', 'mail-relay-works', 'the relay takes mails of alerts again'));
  }

  private giveUp(nowMs: number, effects: QueueEffect[]): void {
    const old = this.waiting.filter((one) => one !== this.sending && nowMs - one.sinceMs >= GIVE_UP_MS);
    for (const one of old) {
      this.drop(one);
      const sentence = `the mail "${one.mail.subject}" is given up: it could not be sent within ${GIVE_UP_MS / 3_600_000} hours`;
      effects.push(log('error', 'mail-given-up', sentence));
    }
  }

  private begin(nowMs: number, effects: QueueEffect[]): void {
    if (this.sending !== null || nowMs < this.relayDueMs) return;
    const due = this.waiting.find(({ dueMs }) => dueMs <= nowMs);
    if (due === undefined) return;
    this.sending = due;
    effects.push({ type: 'send', mail: due.mail, id: due.id });
  }
}

function retryMs(attempts: number): number {
  return Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempts - 1));
}

function summaryMail({ count, firstMs, lastMs, from, to, subjects }: Lost): Mail {
  const more = count - subjects.length;
  return {
    from,
    to: [...to],
    subject: `ALERT ${count} more alerts without a mail of their own`,
    lines: [
      `So many mails waited for the relay that there was no room for ${count} more,`,
      `from ${new Date(firstMs).toUTCString()}`,
      `to   ${new Date(lastMs).toUTCString()}:`,
      '',
      ...subjects,
      ...(more === 0 ? [] : [`and ${more} more`]),
    ],
    wallMs: lastMs,
  };
}

function log(level: LogEffect['level'], event: string, sentence: string): LogEffect {
  return { type: 'log', level, event, sentence, values: {} };
}

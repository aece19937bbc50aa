import { expect, test } from 'vitest';
import type { Mail } from '../../../../src/monitor/alerts/mail';
import {
  GIVE_UP_MS,
  MailQueue,
  QUEUE_LIMIT,
  type QueueEffect,
  RETRY_FIRST_MS,
  RETRY_MOST_MS,
  SUBJECTS_LIMIT,
  SUMMARY_AT,
} from '../../../../src/monitor/alerts/mail-queue';
import type { SmtpOutcome } from '../../../../src/monitor/alerts/smtp';
import { generator } from '../../random';

const SENT: SmtpOutcome = { type: 'sent', refused: [], later: [] };
const CLOSED: SmtpOutcome = { type: 'later', about: 'relay', why: 'connection refused' };

function mail(subject: string, to: readonly string[] = ['root']): Mail {
  return { from: 'understudy@lead', to, subject, lines: [], wallMs: 1000 };
}

function add(queue: MailQueue, subject: string, nowMs: number): readonly QueueEffect[] {
  return queue.step({ type: 'mail', mail: mail(subject) }, nowMs);
}

function settle(queue: MailQueue, outcome: SmtpOutcome, nowMs: number): readonly QueueEffect[] {
  return queue.step({ type: 'outcome', outcome }, nowMs);
}

/** Mails by their subjects and recipients, log lines by their events. */
function told(effects: readonly QueueEffect[]): string[] {
  return effects.map((effect) =>
    effect.type === 'send' ? `send ${effect.mail.subject} to ${effect.mail.to.join(',')}` : effect.event,
  );
}

test('one at a time, in their order', () => {
  const queue = new MailQueue();
  expect(told(add(queue, 'a', 0))).toEqual(['send a to root']);
  expect(told(add(queue, 'b', 1))).toEqual([]);
  expect(queue.nextTickMs()).toBeNull();
  expect(told(settle(queue, SENT, 2))).toEqual(['send b to root']);
  expect(told(settle(queue, SENT, 3))).toEqual([]);
  expect(queue.length).toBe(0);
  expect(queue.nextTickMs()).toBeNull();
});

test('a relay that takes nothing is asked more and more seldom, and told of once', () => {
  const queue = new MailQueue();
  add(queue, 'a', 0);
  expect(told(settle(queue, CLOSED, 10))).toEqual(['mail-relay-fails']);
  const waits: number[] = [];
  for (let nowMs = 10; waits.length < 10; ) {
    const atMs = queue.nextTickMs()!;
    waits.push(atMs - nowMs);
    expect(told(queue.step({ type: 'tick' }, atMs - 1))).toEqual([]);
    expect(told(queue.step({ type: 'tick' }, atMs))).toEqual(['send a to root']);
    expect(told(settle(queue, CLOSED, atMs))).toEqual([]);
    nowMs = atMs;
  }
  expect(waits.slice(0, 3)).toEqual([RETRY_FIRST_MS, 2 * RETRY_FIRST_MS, 4 * RETRY_FIRST_MS]);
  expect(waits.at(-1)).toBe(RETRY_MOST_MS);
  // Another relay is asked at once, and one that works is told of.
  expect(told(queue.step({ type: 'other-relay' }, 20_000_000))).toEqual(['send a to root']);
  expect(told(settle(queue, SENT, 20_000_001))).toEqual(['mail-relay-works']);
});

test('a mail that the relay does not take yet holds up no other', () => {
  const queue = new MailQueue();
  add(queue, 'grey', 0);
  add(queue, 'b', 0);
  const later: SmtpOutcome = { type: 'later', about: 'mail', why: 'it said "451 grey"' };
  expect(told(settle(queue, later, 1))).toEqual(['mail-late', 'send b to root']);
  expect(told(settle(queue, SENT, 2))).toEqual([]);
  expect(queue.nextTickMs()).toBe(1 + RETRY_FIRST_MS);
  expect(told(queue.step({ type: 'tick' }, 1 + RETRY_FIRST_MS))).toEqual(['send grey to root']);
  expect(told(settle(queue, later, 6000))).toEqual([]);
  expect(queue.nextTickMs()).toBe(6000 + 2 * RETRY_FIRST_MS);
});

test('only those recipients that the relay did not take yet get it again', () => {
  const queue = new MailQueue();
  queue.step({ type: 'mail', mail: mail('a', ['x', 'y', 'z']) }, 0);
  const some: SmtpOutcome = { type: 'sent', refused: [{ to: 'z', said: '550 who' }], later: ['y'] };
  const effects = settle(queue, some, 0);
  expect(told(effects)).toEqual(['mail-refused', 'mail-late']);
  expect(effects[0]).toMatchObject({
    sentence: 'the relay does not take the mail "a" for z: "550 who"',
  });
  expect(told(queue.step({ type: 'tick' }, RETRY_FIRST_MS))).toEqual(['send a to y']);
});

test('what the relay refuses for good is told and gone', () => {
  const queue = new MailQueue();
  add(queue, 'a', 0);
  add(queue, 'b', 0);
  expect(told(settle(queue, { type: 'refused', why: 'no' }, 1))).toEqual(['mail-refused', 'send b to root']);
  expect(queue.length).toBe(1);
});

test('a mail is given up after a day', () => {
  const queue = new MailQueue();
  add(queue, 'a', 0);
  settle(queue, CLOSED, 0);
  expect(told(queue.step({ type: 'tick' }, GIVE_UP_MS - 1))).toEqual(['send a to root']);
  expect(told(settle(queue, CLOSED, GIVE_UP_MS))).toEqual(['mail-given-up']);
  expect(queue.nextTickMs()).toBeNull();
});

test('one mail tells of all for which there was no room', () => {
  const queue = new MailQueue();
  for (let at = 0; at < QUEUE_LIMIT; at++) add(queue, `n${at}`, 0);
  expect(told(add(queue, 'lost 0', 0))).toEqual(['mail-overflow']);
  for (let at = 1; at < 100; at++) expect(told(add(queue, `lost ${at}`, 0))).toEqual([]);
  expect(queue.length).toBe(QUEUE_LIMIT);
  let last: QueueEffect | undefined;
  let sent = 0;
  for (let effects: readonly QueueEffect[] = []; queue.length > 0; sent++) {
    effects = settle(queue, SENT, 1);
    last = effects.find((effect) => effect.type === 'send') ?? last;
    // Half of the room is free before the summary takes some of it.
    if (sent < QUEUE_LIMIT - SUMMARY_AT - 1) expect(queue.length).toBe(QUEUE_LIMIT - sent - 1);
  }
  expect(sent).toBe(QUEUE_LIMIT + 1);
  expect(last).toMatchObject({
    mail: {
      from: 'understudy@lead',
      to: ['root'],
      subject: 'ALERT 100 more alerts without a mail of their own',
    },
  });
  const { lines } = (last as Extract<QueueEffect, { type: 'send' }>).mail;
  expect(lines.slice(-SUBJECTS_LIMIT - 1, -1)).toEqual(
    Array.from({ length: SUBJECTS_LIMIT }, (_, at) => `lost ${at}`),
  );
  expect(lines.at(-1)).toBe('and 90 more');
});

/** What a relay may answer. */
function anyOutcome(random: (below: number) => number): SmtpOutcome {
  switch (random(6)) {
    case 0:
      return CLOSED;
    case 1:
      return { type: 'later', about: 'mail', why: 'grey' };
    case 2:
      return { type: 'refused', why: 'no' };
    default:
      return SENT;
  }
}

test('whatever happens: bounded, one at a time, none twice, and each is sent, refused or counted', () => {
  let summaries = 0;
  for (let seed = 0; seed < 300; seed++) {
    const random = generator(seed);
    const queue = new MailQueue();
    let nowMs = 0;
    let sending: string | null = null;
    const open = new Set<string>();
    let [made, ended, leftOut, summed] = [0, 0, 0, 0];
    const carryOut = (effects: readonly QueueEffect[]): void => {
      for (const effect of effects) {
        if (effect.type !== 'send') continue;
        expect(sending).toBeNull();
        sending = effect.mail.subject;
        expect(open.has(sending) || sending.startsWith('ALERT ')).toBe(true);
      }
    };
    const answer = (outcome: SmtpOutcome): void => {
      const subject = sending!;
      sending = null;
      const count = /^ALERT (\d+) more/.exec(subject)?.[1];
      if (outcome.type !== 'later' && count === undefined) {
        open.delete(subject);
        ended += 1;
      } else if (outcome.type !== 'later') {
        summed += Number(count);
        summaries += 1;
      }
      carryOut(settle(queue, outcome, nowMs));
    };
    for (let turn = 0; turn < 400; turn++) {
      nowMs += random(2000);
      if (random(3) > 0) {
        const subject = `m${made++}`;
        const before = queue.length;
        open.add(subject);
        const effects = add(queue, subject, nowMs);
        if (before === QUEUE_LIMIT && queue.length === QUEUE_LIMIT && open.delete(subject)) leftOut += 1;
        carryOut(effects);
      } else if (sending !== null) answer(anyOutcome(random));
      else carryOut(queue.step({ type: 'tick' }, nowMs));
      expect(queue.length).toBeLessThanOrEqual(QUEUE_LIMIT);
      expect(queue.nextTickMs() === null).toBe(sending !== null || queue.length === 0);
    }
    // The relay is well from now on.
    for (let turn = 0; queue.length > 0; turn++) {
      expect(turn).toBeLessThan(200);
      if (sending !== null) answer(SENT);
      else {
        nowMs = Math.max(nowMs, queue.nextTickMs()!);
        carryOut(queue.step({ type: 'tick' }, nowMs));
      }
    }
    expect(open.size).toBe(0);
    expect(ended + leftOut).toBe(made);
    expect(summed).toBe(leftOut);
  }
  expect(summaries).toBeGreaterThan(50);
});

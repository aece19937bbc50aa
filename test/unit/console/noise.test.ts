import { expect, it } from 'vitest';
import { type Port, Session } from '../../../src/console/session';
import { USUAL_SIZE } from '../../../src/console/terminal';
import { fake, TEXT } from './fake';

const BYTES = 1_000_000;
const PIECE = 997;
/** After which input that was too much is over. */
const QUIET_MS = 700;

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Words that a person might have typed, so that the noise also reaches the commands. */
const WORDS = [
  'configure',
  'set',
  'delete',
  'show',
  'group',
  'vip',
  '192.0.2.9/24',
  'compare',
  'exit',
  '|',
  'match',
  '"',
  '?',
  '\t',
  '\r',
  ' ',
];

it('a million bytes of noise change nothing that runs, and the session goes on', async () => {
  const machine = fake();
  const random = generator(3);
  let nowMs = 0;
  let sent = 0;
  const timers: { readonly atMs: number; readonly run: () => void }[] = [];
  const after = (delayMs: number, run: () => void) => {
    timers.push({ atMs: nowMs + delayMs, run });
    return { cancel: () => {} };
  };
  const port: Port = {
    size: USUAL_SIZE,
    send: (text) => {
      sent += text.length;
    },
    unsentBytes: () => 0,
    after,
  };
  const world = { ...machine.world, now: () => nowMs, wait: async () => {} };
  machine.files.set('/config/password', world.crypt('', '$6$') ?? '');
  // Past the login: noise that found the password would be another matter.
  const open = async (): Promise<Session> => {
    const session = new Session(world, port, { idleMinutes: null, onEnd: () => {} });
    session.identify = async () => true;
    void session.run().then(() => ended++);
    await settle();
    return session;
  };
  let ended = 0;
  let opened = 1;
  let session = await open();
  for (let done = 0; done < BYTES; done += PIECE) {
    nowMs += QUIET_MS;
    const words = Array.from({ length: 40 }, () => WORDS[Math.floor(random() * WORDS.length)]!);
    const bytes =
      random() < 0.5
        ? Uint8Array.from({ length: PIECE }, () => Math.floor(random() * 256))
        : new TextEncoder().encode(words.join(random() < 0.5 ? ' ' : ''));
    session.receive(bytes);
    for (const timer of timers.splice(0)) timer.run();
    await settle();
    if (ended < opened) continue;
    // ^D or exit: somebody logs in again.
    session = await open();
    opened += 1;
  }
  expect(machine.commits).toEqual([]);
  expect(machine.running).toBe(TEXT);
  // It has obeyed, and still does.
  expect(sent).toBeGreaterThan(BYTES / 10);
  const fresh = await open();
  const before = sent;
  for (const key of 'show version\r') {
    nowMs += QUIET_MS;
    fresh.receive(new TextEncoder().encode(key));
    await settle();
  }
  expect(sent - before).toBeGreaterThan('understudy 0.1.0'.length);
}, 120_000);

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

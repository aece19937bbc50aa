/** The console itself on a terminal, in front of a real supervisor that has no configuration yet. */

import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAIR, TestPair, until } from './pair-harness';
import { Session } from './pty';

const PASSWORD = 'good enough';
const pair = new TestPair();
let session: Session;

const LINES = PAIR.trim().split('\n');
/** Ends the prompt of either mode. */
const OPERATIONAL = `${hostname()}> `;
const CONFIGURATION = `${hostname()}# `;

/** Between keys that fingers press: what comes faster is a paste, in which neither TAB nor ^U is a key. */
const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

async function run(line: string, prompt: string): Promise<string> {
  session.type(`${line}\r`);
  await session.until('\n');
  return session.until(prompt);
}

beforeAll(async () => {
  await pair.open();
  pair.start('left');
  await until('the supervisor listens', () => existsSync(pair.file('left', 'control')));
  session = new Session(`TERM=vt100 ${pair.console('left')}`);
}, 120_000);

afterAll(() => pair.close());

test('the first one who logs in chooses the password, which nobody sees', async () => {
  await session.until('New password: ');
  session.type(`${PASSWORD}\r`);
  const shown = await session.until('once more: ');
  session.type(`${PASSWORD}\r`);
  expect(shown + (await session.until(OPERATIONAL))).not.toContain(PASSWORD);
  expect(readFileSync(`${pair.folder}/password`, 'utf8')).toMatch(/^\$6\$.{12}\$.{86}\n$/);
});

test('a box without a configuration says so', async () => {
  expect(await run('show status', OPERATIONAL)).toContain('has no configuration');
  expect(await run('shwo', OPERATIONAL)).toContain('does not fit here');
});

test('TAB completes, ? helps', async () => {
  session.type('configu');
  await session.until('configu');
  await aMoment();
  session.type('\t');
  await session.until('re ');
  session.type('\r');
  await session.until(CONFIGURATION);
  session.type('set group ?');
  expect(await session.until('gateway')).toContain('preferred');
  await session.until(`${CONFIGURATION}set group `);
  await aMoment();
  session.type('\x15');
  await session.until('\x1b[K');
  await aMoment();
});

test('a whole configuration is pasted, checked and committed; the box serves without a restart', async () => {
  session.type(`${LINES.join('\r')}\r`);
  session.type('show | count\r');
  expect(await session.until(`${LINES.length} lines`)).toContain('set node left interface eth0');
  await session.until(CONFIGURATION);
  session.type('commit\r');
  expect(await session.until('is in force and saved')).toContain('revision 1');
  await session.until(CONFIGURATION);
  expect(await run('exit', OPERATIONAL)).not.toContain('Forget');
  // The other end of its cables is off.
  expect(await run('show status', OPERATIONAL)).toMatch(/left: [A-Z]+ for/);
  expect(pair.addresses('left')).toContain('10.1.0.2');
  expect(pair.count('left', 'started')).toBe(1);
}, 30_000);

test('a commit that nobody confirms goes back when it is told to, and what is wrong changes nothing', async () => {
  await run('configure', CONFIGURATION);
  await run('set group vip 192.168.77.1/24', CONFIGURATION);
  expect(await run('commit', CONFIGURATION)).toContain('Nothing was committed');
  await run('discard', CONFIGURATION);
  await run('set heartbeat warntime 400ms', CONFIGURATION);
  expect(await run('commit confirmed 5', CONFIGURATION)).toContain('unless it is confirmed within 5 minutes');
  expect(await run('run show config', CONFIGURATION)).toContain('not confirmed: goes back in');
  expect(readFileSync(pair.file('left', 'conf'), 'utf8')).not.toContain('warntime');
  expect(await run('confirm', CONFIGURATION)).toContain('saved');
  expect(readFileSync(pair.file('left', 'conf'), 'utf8')).toContain('warntime 400ms');
  await run('exit', OPERATIONAL);
});

test('it ends, and lets nobody in without the password', async () => {
  session.type('exit\r');
  await session.ended;
  session = new Session(`TERM=dumb ${pair.console('left')}`);
  await session.until('Password: ');
  session.type('wrong one\r');
  await session.until('Wrong password.');
  await session.until('Password: ');
  session.type(`${PASSWORD}\r`);
  await session.until(OPERATIONAL);
  session.type('\x04');
  await session.ended;
}, 30_000);

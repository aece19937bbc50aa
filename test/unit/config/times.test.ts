/** Times that fit each other, and what a serial line and a watchdog can do with them. */

import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse';
import { SCHEMA, TIMINGS } from '../../../src/config/schema';
import { BEAT_BYTES } from '../../../src/config/times';
import { printDuration } from '../../../src/config/values';
import { EXAMPLE, FILE, problemsOf, replaced, warningsOf, withLine } from './example';

/** The example without times, with these in place of them. */
function timed(lines: string, baud = 115_200): string {
  const text = withLine(8, '', withLine(7, '', replaced('baud 115200', `baud ${baud}`)));
  return `${text}${lines}`;
}

/** Longest node name of the example, and a digest of SHA-256. */
const BYTES = BEAT_BYTES + 'mazelut.ce.cnu.ac.kr'.length + 64;

function wireMs(baud: number, bytes = BYTES): number {
  return Math.ceil((bytes * 10_000) / baud);
}

function told(baud: number, bytes = BYTES): string {
  return `heartbeat serial /dev/ttyS1: a heartbeat of ${bytes} bytes takes ${wireMs(baud, bytes)}ms at ${baud} baud (${bytes} x 10 bits / ${baud})`;
}

describe('a preset', () => {
  test.each([
    [
      'paper',
      { keepaliveMs: 2000, warntimeMs: 2500, deadtimeMs: 5000, initdeadMs: 10_000, deadpingMs: 5000 },
    ],
    ['default', { keepaliveMs: 200, warntimeMs: 500, deadtimeMs: 1000, initdeadMs: 5000, deadpingMs: 1000 }],
    ['fast', { keepaliveMs: 30, warntimeMs: 50, deadtimeMs: 100, initdeadMs: 5000, deadpingMs: 100 }],
  ])('%s fits the null modem of the example', (timing, times) => {
    const { config, problems, warnings } = parseConfig(timed(`set heartbeat timing ${timing}`), FILE);
    expect([...problems, ...warnings]).toEqual([]);
    expect(config!.heartbeat).toMatchObject(times);
    expect(SCHEMA.find(({ path }) => path === 'heartbeat timing')?.help).toContain(
      `${timing} ${timing === 'paper' ? 'is ' : ''}${printDuration(times.keepaliveMs)} and ${printDuration(times.deadtimeMs)}`,
    );
  });

  test('has a name in the schema for each, and holds where nothing is said', () => {
    expect(Object.keys(TIMINGS)).toEqual(['paper', 'default', 'fast']);
    expect(parseConfig(timed(''), FILE).config).toEqual(
      parseConfig(timed('set heartbeat timing default'), FILE).config,
    );
  });

  test('gives way to what is set, and what follows goes with that', () => {
    const text = timed(
      'set heartbeat timing fast\nset heartbeat keepalive 40ms\nset heartbeat deadtime 12s\n',
    );
    expect(parseConfig(text, FILE).config!.heartbeat).toMatchObject({
      keepaliveMs: 40,
      warntimeMs: 6000,
      deadtimeMs: 12_000,
      initdeadMs: 24_000,
      deadpingMs: 12_000,
    });
  });

  test('is one of three', () => {
    expect(problemsOf(timed('set heartbeat timing fas'))).toEqual([
      'pair.conf:27: heartbeat timing: "fas" is not possible; it takes paper, default or fast (did you mean fast?)',
    ]);
  });
});

describe('times that do not fit', () => {
  test.each([
    [
      replaced('deadtime 5s', 'deadtime 4s'),
      'pair.conf:8: heartbeat deadtime of 4s must be more than twice the keepalive of 2s, so that one lost heartbeat means nothing; write 6s or more',
    ],
    [
      withLine(8),
      'pair.conf:7: heartbeat deadtime of 1s must be more than twice the keepalive of 2s, so that one lost heartbeat means nothing; write 6s or more',
    ],
    [
      timed('set heartbeat timing fast\nset heartbeat keepalive 50ms'),
      'pair.conf:28: heartbeat deadtime of 100ms (timing fast) must be more than twice the keepalive of 50ms, so that one lost heartbeat means nothing; write 150ms or more',
    ],
    [
      timed('set heartbeat timing paper\nset heartbeat deadtime 4s'),
      'pair.conf:28: heartbeat deadtime of 4s must be more than twice the keepalive of 2s (timing paper), so that one lost heartbeat means nothing; write 6s or more',
    ],
    [
      `${EXAMPLE}set heartbeat warntime 5s`,
      'pair.conf:27: heartbeat warntime of 5s must be less than the deadtime of 5s, or the warning comes too late; 2500ms is usual',
    ],
    [
      `${EXAMPLE}set heartbeat initdead 4999ms`,
      'pair.conf:27: heartbeat initdead of 4999ms must not be less than the deadtime of 5s',
    ],
    [
      `${EXAMPLE}set heartbeat deadping 4s`,
      'pair.conf:27: heartbeat deadping of 4s must be more than twice the keepalive of 2s, so that one lost answer means nothing; write 6s or more',
    ],
  ])('%#', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('just right', () => {
    const deadtimeMs = 4000 + wireMs(115_200);
    const text = replaced('deadtime 5s', `deadtime ${deadtimeMs}ms`);
    const others = `warntime 4s\nset heartbeat initdead ${deadtimeMs}ms\nset heartbeat deadping 4001ms`;
    expect(problemsOf(`${text}set heartbeat ${others}`)).toEqual([]);
  });
});

describe('a serial line', () => {
  test('that cannot carry the preset: the arithmetic, and the nearest that works', () => {
    const ms = wireMs(9600);
    expect(problemsOf(timed('set heartbeat timing fast', 9600))).toEqual([
      `pair.conf:10: ${told(9600)}, longer than the keepalive of 30ms (timing fast); use a keepalive of ${ms}ms or more and a deadtime of ${3 * ms}ms or more, or baud 115200`,
    ]);
    const nearest = (keepaliveMs: number, deadtimeMs: number): string =>
      timed(`set heartbeat keepalive ${keepaliveMs}ms\nset heartbeat deadtime ${deadtimeMs}ms`, 9600);
    expect(problemsOf(nearest(ms, 3 * ms))).toEqual([]);
    expect(problemsOf(nearest(ms - 1, 3 * ms))).toHaveLength(1);
    expect(problemsOf(nearest(ms, 3 * ms - 1))).toHaveLength(1);
    expect(problemsOf(timed('set heartbeat timing fast', 115_200))).toEqual([]);
    expect(problemsOf(timed('set heartbeat timing fast', 57_600))).toHaveLength(1);
  });

  test('whose deadtime is long enough once the keepalive is', () => {
    expect(problemsOf(timed('set heartbeat keepalive 200ms\nset heartbeat deadtime 5s', 9600))).toEqual([
      `pair.conf:10: ${told(9600)}, longer than the keepalive of 200ms; use a keepalive of ${wireMs(9600)}ms or more, or baud 19200`,
    ]);
  });

  test('that no baud rate makes fast enough', () => {
    expect(problemsOf(timed('set heartbeat keepalive 10ms\nset heartbeat deadtime 21ms', 460_800))).toEqual([
      `pair.conf:10: ${told(460_800)}, and the deadtime of 21ms leaves no room for it after two lost ones (2 x 10ms + ${wireMs(460_800)}ms); use a deadtime of ${20 + wireMs(460_800)}ms or more`,
    ]);
  });

  test('on which the deadtime leaves no room after two lost heartbeats', () => {
    const ms = wireMs(9600);
    const text = timed('set heartbeat keepalive 480ms\nset heartbeat deadtime 1s', 9600);
    const most = Math.floor((1000 - ms) / 2);
    expect(problemsOf(text)).toEqual([
      `pair.conf:10: ${told(9600)}, and the deadtime of 1s leaves no room for it after two lost ones (2 x 480ms + ${ms}ms); use a deadtime of ${960 + ms}ms or more, or a keepalive of ${most}ms or less, or baud 115200`,
    ]);
    expect(problemsOf(text.replace('480ms', `${most}ms`))).toEqual([]);
    expect(problemsOf(text.replace('1s', `${960 + ms}ms`))).toEqual([]);
    expect(problemsOf(text.replace('9600', '115200'))).toEqual([]);
    expect(problemsOf(text.replace('9600', '57600'))).toHaveLength(1);
  });

  test.each([
    ['sha1 "secret words"', 40],
    ['md5 "secret words"', 32],
    ['crc', 8],
  ])('carries a shorter digest sooner: %s', (key, digest) => {
    const text = replaced('sha256 "secret words"', key, timed('set heartbeat timing fast', 9600));
    expect(problemsOf(text)[0]).toContain(told(9600, BYTES - 64 + digest));
  });

  test('carries longer names later', () => {
    const text = timed('set heartbeat timing fast', 9600).replaceAll('mazelut.ce', 'mazelut-the-second.ce');
    expect(problemsOf(text)[0]).toContain(told(9600, BYTES + '-the-second'.length));
  });
});

describe('a watchdog', () => {
  const watched = (deadtime: string): string[] =>
    warningsOf(timed(`set heartbeat deadtime ${deadtime}\nset heartbeat watchdog /dev/watchdog\n`));
  const what =
    'pair.conf:28: heartbeat watchdog /dev/watchdog: a watchdog counts whole seconds, so with a deadtime of';
  const advice = 'a deadtime of more than 1s lets the reset come first';

  test('that can be faster than the deadtime', () => {
    expect(watched('1001ms')).toEqual([]);
  });

  test('that comes too late: by how much', () => {
    expect(watched('1s')).toEqual([
      `${what} 1s a box that hangs is reset after 1s, just when the other takes over; ${advice}`,
    ]);
    expect(watched('600ms')).toEqual([
      `${what} 600ms a box that hangs is reset after 1s, and may be active beside its successor for up to 400ms; ${advice}`,
    ]);
    expect(warningsOf(timed('set heartbeat timing fast\nset heartbeat watchdog /dev/watchdog'))).toEqual([
      `${what} 100ms (timing fast) a box that hangs is reset after 1s, and may be active beside its successor for up to 900ms; ${advice}`,
    ]);
  });

  test('is a device', () => {
    expect(problemsOf(`${EXAMPLE}set heartbeat watchdog watchdog`)).toEqual([
      'pair.conf:27: heartbeat watchdog: "watchdog" is not a watchdog device like /dev/watchdog',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import type { AlertingConfig } from '../../../../src/config/config';
import type {
  Command,
  CommandResult,
  Done,
  Exchange,
  ExchangeReply,
  Result,
} from '../../../../src/host/host';
import { type AlertHost, Alerts, noAlerting } from '../../../../src/monitor/alerts/index';
import { PROGRAMS_AT_ONCE, WAITING_LIMIT } from '../../../../src/monitor/alerts/programs';
import { failure, up } from './effect';

const relay = { address: '192.0.2.25', port: 25 };
const withRelay: AlertingConfig = { mail: { relay, from: null, hostname: null } };
const REFUSED = { ok: false, error: 'cannot run /x: no such file' } as const;
const DONE = { ok: true, value: { status: 0, output: '' } } as const;

/** A host that notes everything and ends nothing by itself. */
class FakeHost implements AlertHost {
  readonly lines: string[] = [];
  readonly commands: { readonly command: Command; readonly done: Done<CommandResult> }[] = [];
  readonly exchanges: {
    readonly exchange: Exchange;
    readonly done: Done<ExchangeReply>;
    cancelled: boolean;
  }[] = [];
  readonly datagrams: { readonly to: unknown; readonly text: string }[] = [];
  readonly timers: { readonly atMs: number; readonly run: () => void }[] = [];
  socket: Result<null> = { ok: true, value: null };
  nowMs = 0;
  readonly clock = {
    now: () => this.nowMs,
    wall: () => this.nowMs,
    after: (delayMs: number, run: () => void) => {
      const timer = { atMs: this.nowMs + delayMs, run };
      this.timers.push(timer);
      return {
        cancel: () => {
          const at = this.timers.indexOf(timer);
          if (at >= 0) this.timers.splice(at, 1);
        },
      };
    },
  };
  readonly log = (level: string, event: string, sentence: string): void => {
    this.lines.push(`${level} ${event}: ${sentence}`);
  };
  readonly execute = (command: Command, done: Done<CommandResult>) => {
    this.commands.push({ command, done });
    return { cancel: () => {} };
  };
  readonly exchange = (exchange: Exchange, done: Done<ExchangeReply>) => {
    const one = { exchange, done, cancelled: false };
    this.exchanges.push(one);
    return {
      cancel: () => {
        one.cancelled = true;
      },
    };
  };
  readonly sendDatagram = (to: unknown, bytes: Uint8Array): Result<null> => {
    this.datagrams.push({ to, text: String.fromCharCode(...bytes) });
    return this.socket;
  };

  /** Lets time pass up to the first timer that is due then. */
  runNext(): void {
    const next = this.timers.sort((one, other) => one.atMs - other.atMs).shift();
    if (next === undefined) throw new Error('nothing waits for the clock');
    this.nowMs = next.atMs;
    next.run();
  }

  /** The relay takes the mail of the last exchange. */
  takeMail(): string {
    const { exchange } = this.exchanges.at(-1)!;
    let heard = '';
    let said = '';
    for (const reply of ['220 hi', '250 ok', '250 ok', '250 ok', '354 go', '250 taken']) {
      heard += `${reply}\r\n`;
      const say = exchange.next?.(Uint8Array.from(heard, (letter) => letter.charCodeAt(0)));
      if (!(say instanceof Uint8Array)) throw new Error(`said ${say} to ${reply}`);
      said += String.fromCharCode(...say);
    }
    return said;
  }
}

const argv = (line: string) => ({ ...failure, argv: line.split(' ') });

test('console speaks in the log, of which the events are made', () => {
  const host = new FakeHost();
  const alerts = new Alerts(host, 'lead', noAlerting);
  alerts.give(argv('console call Anna'));
  alerts.give({ ...up, argv: ['console'] });
  expect(host.lines).toEqual([
    'error alert: alert: http of web failed: 10.0.0.2 (call Anna)',
    'info alert: alert: http of web is good again',
  ]);
});

test('syslog sends one datagram, and what the kernel refuses is told once', () => {
  const host = new FakeHost();
  const alerts = new Alerts(host, 'lead', noAlerting);
  alerts.give(argv('syslog'));
  alerts.give(argv('syslog -r 192.0.2.5'));
  expect(host.datagrams).toMatchObject([
    { to: '/dev/log', text: expect.stringMatching(/^<27>Jul {2}6 12:00:00 understudy: http of web failed/) },
    { to: { address: '192.0.2.5', port: 514 }, text: expect.stringMatching(/^<27>1 2026-07-06T.* lead /) },
  ]);
  host.socket = { ok: false, error: 'cannot send' };
  for (let count = 0; count < 3; count++) alerts.give(argv('syslog -r 192.0.2.5'));
  expect(host.lines).toEqual(['error alert-failed: alert syslog: cannot send']);
  host.socket = { ok: true, value: null };
  alerts.give(argv('syslog -r 192.0.2.5'));
  host.socket = { ok: false, error: 'cannot send' };
  alerts.give(argv('syslog -r 192.0.2.5'));
  expect(host.lines).toHaveLength(2);
});

test('syslog writes to the log of a box on which nobody listens for it, each time', () => {
  const host = new FakeHost();
  host.socket = { ok: false, error: 'no such file' };
  const alerts = new Alerts(host, 'lead', noAlerting);
  for (const flags of ['', '-p crit', '-p warning', '-p notice', '-p debug', '-p debug'])
    alerts.give(argv(`syslog ${flags}`.trim()));
  expect(host.lines.map((line) => line.split(' ')[0])).toEqual([
    'error',
    'error',
    'warn',
    'info',
    'debug',
    'debug',
  ]);
  expect(host.lines[0]).toMatch(/^error alert: alert: http of web failed/);
});

describe('programs', () => {
  test('exec and any other name run by the same convention', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', noAlerting);
    alerts.give(argv('exec /opt/page 1'));
    alerts.give(argv('page.alert 1'));
    alerts.give(argv('/opt/mail root'));
    expect(host.commands.map(({ command }) => [command.argv[0], command.argv.at(-1)])).toEqual([
      ['/opt/page', '1'],
      ['/usr/lib/mon/alert.d/page.alert', '1'],
      ['/opt/mail', 'root'],
    ]);
  });

  test('a few at a time; the others wait, and what finds no room is told once and counted', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', noAlerting);
    const all = PROGRAMS_AT_ONCE + WAITING_LIMIT;
    for (let count = 0; count < all + 5; count++) alerts.give(argv(`exec /opt/page ${count}`));
    expect(host.commands).toHaveLength(PROGRAMS_AT_ONCE);
    expect(host.lines).toEqual([
      `error alert-refused: alert /opt/page for http of web is not run: ${PROGRAMS_AT_ONCE} alerts are running and ${WAITING_LIMIT} wait`,
    ]);
    for (let ended = 0; ended < all; ended++) host.commands[ended]!.done(DONE);
    expect(host.commands.map(({ command }) => Number(command.argv.at(-1)))).toEqual(
      Array.from({ length: all }, (_, at) => at),
    );
    expect(host.lines.slice(1)).toEqual(['error alerts-left-out: 5 alerts were not run, for want of room']);
    alerts.give(argv('exec /opt/page again'));
    expect(host.commands).toHaveLength(all + 1);
  });

  test('what cannot be run is told once, and again after it could', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', noAlerting);
    const give = (result: Result<CommandResult>): void => {
      alerts.give(argv('/x'));
      host.commands.at(-1)!.done(result);
    };
    give(REFUSED);
    give(REFUSED);
    expect(host.lines).toEqual(['error alert-failed: alert /x for http of web: cannot run /x: no such file']);
    give({ ok: true, value: { status: 3, output: '' } });
    expect(host.lines.at(-1)).toBe('error alert-failed: alert /x for http of web: it ended with status 3');
    give(DONE);
    give(REFUSED);
    expect(host.lines).toHaveLength(3);
  });
});

describe('mail', () => {
  test('goes to the relay, from the box by its name', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', withRelay);
    alerts.give(argv('mail root@example.org'));
    expect(host.exchanges[0]!.exchange).toMatchObject({ transport: 'tcp', ...relay });
    const said = host.takeMail();
    expect(said).toMatch(/^EHLO lead\r\nMAIL FROM:<understudy@lead>\r\nRCPT TO:<root@example.org>\r\nDATA/);
    expect(said).toMatch(/\r\nSubject: ALERT web\/http: 10\.0\.0\.2\r\n[\s\S]*\r\n\.\r\nQUIT\r\n$/);
  });

  test('host name and sender as configured', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', { mail: { relay, from: null, hostname: 'lb.example.org' } });
    alerts.give(argv('mail root'));
    expect(host.takeMail()).toMatch(/^EHLO lb\.example\.org\r\nMAIL FROM:<understudy@lb\.example\.org>/);
    alerts.use({ mail: { relay, from: 'noc@example.org', hostname: null } });
    alerts.give(argv('mail root'));
    host.exchanges[0]!.done({ ok: true, value: { bytes: new Uint8Array(0), end: 'enough' } });
    expect(host.takeMail()).toMatch(/^EHLO lead\r\nMAIL FROM:<noc@example\.org>/);
  });

  test('a relay that does not answer to QUIT holds up the next mail for two seconds', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', withRelay);
    alerts.give(argv('mail a'));
    alerts.give(argv('mail b'));
    host.takeMail();
    expect(host.exchanges).toHaveLength(1);
    host.runNext();
    expect(host.nowMs).toBe(2000);
    expect(host.exchanges[0]!.cancelled).toBe(true);
    expect(host.takeMail()).toContain('RCPT TO:<b>');
    // What comes too late of the first counts no more.
    host.exchanges[0]!.done({ ok: false, error: 'late' });
    expect(host.exchanges).toHaveLength(2);
    expect(host.lines).toEqual([]);
  });

  test('is tried again, at another relay at once, and dropped without one', () => {
    const host = new FakeHost();
    const alerts = new Alerts(host, 'lead', withRelay);
    alerts.give(argv('mail a'));
    host.exchanges[0]!.done({ ok: false, error: 'connection refused' });
    expect(host.lines).toEqual([
      'error mail-relay-fails: mails of alerts wait, as the relay does not take them: connection refused',
    ]);
    host.runNext();
    expect(host.exchanges).toHaveLength(2);
    host.exchanges[1]!.done({ ok: false, error: 'connection refused' });
    alerts.use({ mail: { ...withRelay.mail, relay: { address: '192.0.2.26', port: 2525 } } });
    expect(host.exchanges[2]!.exchange).toMatchObject({ address: '192.0.2.26', port: 2525 });
    alerts.use(noAlerting);
    expect(host.exchanges[2]!.cancelled).toBe(true);
    expect(host.lines.at(-1)).toBe(
      'error mail-discarded: 1 mails of alerts are lost, as there is no relay now',
    );
    expect(host.timers).toEqual([]);
    alerts.give(argv('mail a'));
    expect(host.exchanges).toHaveLength(3);
    expect(host.lines.at(-1)).toMatch(/^error alert-failed: mail needs a relay/);
  });
});

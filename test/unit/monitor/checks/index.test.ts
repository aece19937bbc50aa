import { describe, expect, test } from 'vitest';
import type {
  Command,
  CommandResult,
  Done,
  Exchange,
  ExchangeReply,
  Result,
} from '../../../../src/host/host';
import {
  builtInMonitor,
  type CheckHost,
  Checks,
  hostsAtOnce,
  programsAtOnce,
} from '../../../../src/monitor/checks/index';
import type { CheckEffect, CheckOutcome } from '../../../../src/monitor/events';

const ok: Result<ExchangeReply> = {
  ok: true,
  value: {
    bytes: Uint8Array.from('HTTP/1.0 200 OK\n\n', (character) => character.charCodeAt(0)),
    end: 'closed',
  },
};

/** Notes what it is asked, and answers when told to. */
class FakeHost implements CheckHost {
  readonly exchanges: { exchange: Exchange; done: Done<ExchangeReply> }[] = [];
  readonly commands: { command: Command; done: Done<CommandResult> }[] = [];

  exchange(exchange: Exchange, done: Done<ExchangeReply>) {
    this.exchanges.push({ exchange, done });
    return { cancel: () => {} };
  }

  execute(command: Command, done: Done<CommandResult>) {
    this.commands.push({ command, done });
    return { cancel: () => {} };
  }
}

function check(argv: string[], hosts: string[]): CheckEffect {
  const history = {
    lastSummary: 'before',
    lastOutput: 'it was so',
    firstFailureMs: null,
    lastFailureMs: null,
    firstSuccessMs: 1_000_500,
    lastSuccessMs: 2_000_999,
  };
  return { type: 'check', id: 1, watch: 'web', service: 'http', argv, hosts, deadlineMs: 3000, history };
}

function run(argv: string[], hosts: string[]) {
  const host = new FakeHost();
  const outcomes: CheckOutcome[] = [];
  new Checks(host).run(check(argv, hosts), (outcome) => outcomes.push(outcome));
  return { host, outcomes };
}

describe('built-in monitors', () => {
  test('all hosts are asked at once; done when the last has answered', () => {
    const { host, outcomes } = run(['http.monitor'], ['10.0.0.1', '10.0.0.2']);
    expect(host.exchanges.map(({ exchange }) => exchange.address)).toEqual(['10.0.0.1', '10.0.0.2']);
    host.exchanges[1]!.done(ok);
    expect(outcomes).toEqual([]);
    host.exchanges[0]!.done(ok);
    expect(outcomes).toEqual([{ ok: true, status: 0, summary: '', output: '' }]);
  });

  test('the summary names the failed hosts in order, the output says why', () => {
    const { host, outcomes } = run(['http.monitor'], ['10.0.0.2', '10.0.0.3', '10.0.0.1']);
    host.exchanges[2]!.done({ ok: false, error: 'refused' });
    host.exchanges[0]!.done({ ok: false, error: 'no answer' });
    host.exchanges[1]!.done(ok);
    expect(outcomes).toEqual([
      {
        ok: false,
        status: 1,
        summary: '10.0.0.1 10.0.0.2',
        output: '10.0.0.1: refused\n10.0.0.2: no answer',
      },
    ]);
  });

  test('a large group is asked in part at a time', () => {
    const { host, outcomes } = run(
      ['http.monitor'],
      Array.from({ length: hostsAtOnce + 2 }, (_, index) => `10.0.1.${index}`),
    );
    expect(host.exchanges).toHaveLength(hostsAtOnce);
    for (let at = 0; at < hostsAtOnce + 2; at++) host.exchanges[at]!.done(ok);
    expect(outcomes).toHaveLength(1);
  });

  test('tcp.monitor is content with a connection', () => {
    const { host, outcomes } = run(['tcp.monitor', '-p', '25', '-t', '1'], ['10.0.0.1']);
    const [entry] = host.exchanges;
    expect(entry!.exchange).toEqual({
      transport: 'tcp',
      address: '10.0.0.1',
      port: 25,
      request: new Uint8Array(0),
      deadlineMs: 1000,
      limitBytes: 0,
    });
    entry!.done({ ok: true, value: { bytes: new Uint8Array(0), end: 'limit' } });
    expect(outcomes[0]?.ok).toBe(true);
    expect(run(['tcp.monitor'], ['10.0.0.1']).host.exchanges[0]!.exchange.port).toBe(23);
  });

  test('fping.monitor -a fails only when all hosts do', () => {
    const one = run(['fping.monitor', '-a'], ['10.0.0.1', '10.0.0.2']);
    one.host.exchanges[0]!.done({ ok: false, error: 'no answer' });
    one.host.exchanges[1]!.done(ok);
    expect(one.outcomes).toEqual([
      { ok: true, status: 0, summary: '10.0.0.1', output: '10.0.0.1: no answer' },
    ]);
    const none = run(['fping.monitor', '-a'], ['10.0.0.1', '10.0.0.2']);
    for (const { done } of none.host.exchanges) done({ ok: false, error: 'no answer' });
    expect(none.outcomes[0]).toMatchObject({ ok: false, status: 1, summary: '10.0.0.1 10.0.0.2' });
  });

  test('wrong options never start anything', () => {
    const host = new FakeHost();
    expect(() => new Checks(host).run(check(['tcp.monitor', '-q', '1'], ['10.0.0.1']), () => {})).toThrow(
      /cannot take "-q"/,
    );
    expect(host.exchanges).toEqual([]);
  });

  test('a path is a program, even with the name of a built-in monitor', () => {
    expect(builtInMonitor(['/usr/lib/mon/mon.d/http.monitor'])).toBeNull();
    expect(builtInMonitor(['http.monitor'])).not.toBeNull();
    expect(builtInMonitor([])).toBeNull();
  });
});

describe('programs', () => {
  test("are started by mon's calling convention", () => {
    const { host } = run(['seq.monitor', '-t', '2'], ['10.0.0.1', '10.0.0.2']);
    expect(host.commands[0]!.command).toEqual({
      argv: ['/usr/lib/mon/mon.d/seq.monitor', '-t', '2', '10.0.0.1', '10.0.0.2'],
      environment: {
        PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
        MON_CFBASEDIR: '/config',
        MON_LOGDIR: '/var/log',
        MON_STATEDIR: '/run',
        MON_GROUP: 'web',
        MON_SERVICE: 'http',
        MON_DESCRIPTION: '',
        MON_LAST_SUMMARY: 'before',
        MON_LAST_OUTPUT: 'it was so',
        MON_FIRST_FAILURE: '',
        MON_LAST_FAILURE: '',
        MON_FIRST_SUCCESS: '1000',
        MON_LAST_SUCCESS: '2000',
      },
      stdin: '',
      deadlineMs: 3000,
      limitBytes: 16_384,
      endsWhole: true,
    });
  });

  test('of many, some wait for others to end, and none fails for that', () => {
    const host = new FakeHost();
    const checks = new Checks(host);
    const outcomes: CheckOutcome[] = [];
    for (let count = 0; count < programsAtOnce + 2; count++)
      checks.run(check(['x.monitor'], ['10.0.0.1']), (outcome) => outcomes.push(outcome));
    expect(host.commands).toHaveLength(programsAtOnce);
    host.commands[0]!.done({ ok: true, value: { status: 0, output: '' } });
    expect(host.commands).toHaveLength(programsAtOnce + 1);
    for (let at = 1; at < programsAtOnce + 2; at++)
      host.commands[at]!.done({ ok: true, value: { status: 0, output: '' } });
    expect(outcomes).toHaveLength(programsAtOnce + 2);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
  });

  test(';; keeps the hosts away', () => {
    const { host } = run(['/opt/check', 'a', ';;'], ['10.0.0.1']);
    expect(host.commands[0]!.command.argv).toEqual(['/opt/check', 'a']);
  });

  test.each([
    [
      '10.0.0.1 10.0.0.2 \ndetail\nmore\n',
      2,
      { ok: false, status: 2, summary: '10.0.0.1 10.0.0.2', output: 'detail\nmore' },
    ],
    ['\n', 0, { ok: true, status: 0, summary: '', output: '' }],
    ['', 0, { ok: true, status: 0, summary: '', output: '' }],
    ['all well', 0, { ok: true, status: 0, summary: 'all well', output: '' }],
  ])('output %j with status %d', (output, status, expected) => {
    const { host, outcomes } = run(['x.monitor'], ['10.0.0.1']);
    host.commands[0]!.done({ ok: true, value: { status, output } });
    expect(outcomes).toEqual([expected]);
  });

  test('one that cannot be started or is ended fails for all its hosts', () => {
    const { host, outcomes } = run(['x.monitor'], ['10.0.0.1', '10.0.0.2']);
    host.commands[0]!.done({ ok: false, error: 'x.monitor: not found' });
    expect(outcomes).toEqual([
      { ok: false, status: 255, summary: '10.0.0.1 10.0.0.2', output: 'x.monitor: not found' },
    ]);
  });
});

/**
 * Runs one check: monitors that are built in as exchanges with all hosts of the group at once, any other as a
 * program by mon's calling convention. Judges nothing by itself and knows no schedule.
 */

import type { Cancellable, ExchangeReply, Host, Result } from '../../host/host';
import { monitorCommand } from '../command';
import type { CheckEffect, CheckOutcome } from '../events';
import { dnsProbe } from './dns';
import { httpProbe } from './http';
import { fpingProbe, pingProbe } from './ping';
import type { Probe, ProbeOf } from './probe';
import { smtpProbe } from './smtp';
import { tcpProbe } from './tcp';
import { udpProbe } from './udp';

/** Hosts of one check that are asked at a time; further ones wait for an answer. */
export const hostsAtOnce = 64;

export type CheckHost = Pick<Host, 'exchange' | 'execute'>;

/** Monitors that need no process, by the names of mon's scripts. */
const builtIn = new Map<string, ProbeOf>([
  ['dns.monitor', dnsProbe],
  ['fping.monitor', fpingProbe],
  ['http.monitor', httpProbe],
  ['ping.monitor', pingProbe],
  ['smtp.monitor', smtpProbe],
  ['tcp.monitor', tcpProbe],
  ['udp.monitor', udpProbe],
]);

/** Lines that are kept in the form in which they are run. */
const PROBES_LIMIT = 64;
const probes = new Map<string, Result<Probe>>();

/** The built-in monitor that `argv` names, or null when it is a program. A path always means a program. */
export function builtInMonitor(argv: readonly string[]): ProbeOf | null {
  return builtIn.get(argv[0] ?? '') ?? null;
}

/**
 * @param check at least one host
 * @param done called once, unless the check is cancelled before
 * @throws Error when a built-in monitor cannot take its options; `monitorFaults` says so beforehand
 */
export function runCheck(
  host: CheckHost,
  check: CheckEffect,
  done: (outcome: CheckOutcome) => void,
): Cancellable {
  const probeOf = builtInMonitor(check.argv);
  if (probeOf === null) return runProgram(host, check, done);
  const probe = remembered(probeOf, check);
  if (probe.ok) return runProbe(host, check.hosts, probe.value, done);
  throw new Error(probe.error);
}

/** A thousand services have few different lines, and to read one takes longer than to judge an answer. */
function remembered(probeOf: ProbeOf, { argv, deadlineMs }: CheckEffect): Result<Probe> {
  const line = `${deadlineMs}\n${argv.join('\n')}`;
  const known = probes.get(line);
  if (known !== undefined) return known;
  const probe = probeOf(argv, deadlineMs);
  if (probes.size >= PROBES_LIMIT) probes.clear();
  probes.set(line, probe);
  return probe;
}

function runProbe(
  host: CheckHost,
  hosts: readonly string[],
  probe: Probe,
  done: (outcome: CheckOutcome) => void,
): Cancellable {
  const round = new Round(host, hosts, probe, done);
  round.begin();
  return round;
}

/** All hosts once. When it is over nothing in it refers to itself: the garbage collector would hold up heartbeats. */
class Round implements Cancellable {
  private readonly faults = new Map<string, string>();
  /** By their places. */
  private readonly running = new Map<number, Cancellable>();
  private begun = 0;
  private ended = 0;

  constructor(
    private readonly host: CheckHost,
    private readonly hosts: readonly string[],
    private readonly probe: Probe,
    private readonly done: (outcome: CheckOutcome) => void,
  ) {}

  begin(): void {
    for (let count = 0; count < hostsAtOnce; count++) if (!this.ask()) return;
  }

  cancel(): void {
    for (const exchange of this.running.values()) exchange.cancel();
    this.running.clear();
  }

  /** @returns false when all have been asked */
  private ask(): boolean {
    const { hosts, begun } = this;
    const name = hosts[begun];
    if (name === undefined) return false;
    this.begun += 1;
    this.running.set(
      begun,
      this.host.exchange(this.probe.exchange(name), (reply) => this.hear(begun, name, reply)),
    );
    return true;
  }

  private hear(place: number, name: string, reply: Result<ExchangeReply>): void {
    this.running.delete(place);
    const fault = this.probe.judge(reply);
    if (fault !== null) this.faults.set(name, fault);
    this.ended += 1;
    if (this.ended < this.hosts.length) {
      this.ask();
      return;
    }
    const isEnough = this.probe.anyIsEnough === true && this.faults.size < this.ended;
    this.done(this.faults.size === 0 ? WELL : outcomeOf(this.faults, isEnough));
  }
}

const WELL: CheckOutcome = { ok: true, status: 0, summary: '', output: '' };

/** @param isEnough that a host is well, although others are not */
function outcomeOf(faults: ReadonlyMap<string, string>, isEnough: boolean): CheckOutcome {
  const failed = [...faults.keys()].sort();
  const lines = failed.map((name) => `${name}: ${faults.get(name)}`);
  const ok = isEnough || failed.length === 0;
  return {
    ok,
    status: ok ? 0 : 1,
    summary: failed.join(' '),
    output: lines.join('\n'),
  };
}

function runProgram(host: CheckHost, check: CheckEffect, done: (outcome: CheckOutcome) => void): Cancellable {
  return host.execute(monitorCommand(check), (result) => {
    if (!result.ok) {
      done({ ok: false, status: 255, summary: check.hosts.join(' '), output: result.error });
      return;
    }
    const { status, output } = result.value;
    const end = output.indexOf('\n');
    const summary = end === -1 ? output : output.slice(0, end);
    const detail = end === -1 ? '' : output.slice(end + 1).trimEnd();
    done({ ok: status === 0, status, summary: summary.trim(), output: detail });
  });
}

/**
 * Runs checks: monitors that are built in as exchanges with all hosts of the group at once, any other as a
 * program by mon's calling convention. Judges nothing by itself and knows no schedule.
 */

import { BUILT_IN_MONITORS, type BuiltInMonitor } from '../../config/programs';
import type { CommandResult, ExchangeReply, Host, Result } from '../../host/host';
import { monitorCommand } from '../command';
import type { CheckEffect, CheckOutcome } from '../events';
import { Places } from '../places';
import { dnsProbe } from './dns';
import { httpProbe } from './http';
import { fpingProbe, pingProbe } from './ping';
import type { Probe, ProbeOf } from './probe';
import { smtpProbe } from './smtp';
import { tcpProbe } from './tcp';
import { udpProbe } from './udp';

/** Hosts of one check that are asked at a time; further ones wait for an answer. */
export const hostsAtOnce = 64;
/** Monitors that are programs, at a time; a host has room for more programs, which alerts and helpers need. */
export const programsAtOnce = 16;
/** Others that wait for one of them to end: as many as there can be checks. */
const programsWaiting = 512;

export type CheckHost = Pick<Host, 'exchange' | 'execute'>;

/** Monitors that need no process, by the names of mon's scripts. */
const builtIn: Readonly<Record<BuiltInMonitor, ProbeOf>> = {
  'dns.monitor': dnsProbe,
  'fping.monitor': fpingProbe,
  'http.monitor': httpProbe,
  'ping.monitor': pingProbe,
  'smtp.monitor': smtpProbe,
  'tcp.monitor': tcpProbe,
  'udp.monitor': udpProbe,
};

/** Lines that are kept in the form in which they are run. */
const PROBES_LIMIT = 64;
const probes = new Map<string, Result<Probe>>();

/** The built-in monitor that `argv` names, or null when it is a program. A path always means a program. */
export function builtInMonitor(argv: readonly string[]): ProbeOf | null {
  const name = BUILT_IN_MONITORS.find((one) => one === argv[0]);
  return name === undefined ? null : builtIn[name];
}

export class Checks {
  private readonly programs = new Places(programsAtOnce, programsWaiting);

  constructor(private readonly host: CheckHost) {}

  /**
   * @param check at least one host
   * @param done called once, after this call
   * @throws Error when a built-in monitor cannot take its options; `monitorFaults` says so beforehand
   */
  run(check: CheckEffect, done: (outcome: CheckOutcome) => void): void {
    const probeOf = builtInMonitor(check.argv);
    if (probeOf === null) {
      this.runProgram(check, done);
      return;
    }
    const probe = remembered(probeOf, check);
    if (!probe.ok) throw new Error(probe.error);
    new Round(this.host, check.hosts, probe.value, done).begin();
  }

  private runProgram(check: CheckEffect, done: (outcome: CheckOutcome) => void): void {
    const fail = (output: string): void =>
      done({ ok: false, status: 255, summary: check.hosts.join(' '), output });
    const hasPlace = this.programs.take((leave) =>
      this.host.execute(monitorCommand(check), (result) => {
        if (result.ok) done(outcomeOfProgram(result.value));
        else fail(result.error);
        leave();
      }),
    );
    if (!hasPlace) fail(`${programsWaiting} monitors wait for others to end`);
  }
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

/** All hosts once. When it is over nothing in it refers to itself: the garbage collector would hold up heartbeats. */
class Round {
  private faults: Map<string, string> | null = null;
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

  /** @returns false when all have been asked */
  private ask(): boolean {
    const name = this.hosts[this.begun];
    if (name === undefined) return false;
    this.begun += 1;
    this.host.exchange(this.probe.exchange(name), (reply) => this.hear(name, reply));
    return true;
  }

  private hear(name: string, reply: Result<ExchangeReply>): void {
    const fault = this.probe.judge(reply);
    if (fault !== null) {
      this.faults ??= new Map();
      this.faults.set(name, fault);
    }
    this.ended += 1;
    if (this.ended < this.hosts.length) this.ask();
    else this.done(this.faults === null ? WELL : outcomeOf(this.faults, this.isEnough(this.faults.size)));
  }

  /** Whether a host is well, although others are not, and that is enough. */
  private isEnough(faulty: number): boolean {
    return this.probe.anyIsEnough === true && faulty < this.ended;
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

function outcomeOfProgram({ status, output }: CommandResult): CheckOutcome {
  const end = output.indexOf('\n');
  const summary = end === -1 ? output : output.slice(0, end);
  const detail = end === -1 ? '' : output.slice(end + 1).trimEnd();
  return { ok: status === 0, status, summary: summary.trim(), output: detail };
}

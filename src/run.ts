/**
 * The subcommand `run`: one box's supervisor on this machine, with its signals and its configuration file. Owns when
 * the file is read and what a new one means; never what is in it.
 */

import * as sys from 'sys';
import { STARTING_MS } from './cluster/voice';
import type { Config } from './config/config';
import { checkAgainstMachine, type Parsed, parseConfig } from './config/parse';
import { formatProblem, type Problem } from './config/problem';
import type { Host } from './host/host';
import { readFile } from './host/quickjs/files';
import { createHost } from './host/quickjs/host';
import { SIGNAL } from './host/quickjs/linux';
import { loop } from './host/quickjs/machine';
import { monitorFaults } from './monitor/validate';
import { Supervisor } from './supervisor';

export const VERSION = '0.1.0';
/** The middle of SCHED_FIFO's range, as heartbeat's `rtprio` default. */
const REALTIME_PRIORITY = 50;

export interface RunOptions {
  readonly file: string;
  readonly node: string;
  readonly stateFile: string;
  readonly controlPath: string;
  readonly log: string;
  readonly console: string;
}

/** Reads and checks a configuration as far as that goes without its machine. */
export function load(file: string): Parsed {
  const text = readFile(file);
  if (text.ok) return parseConfig(text.value, file, monitorFaults);
  return { config: null, problems: [{ file, line: null, key: '', sentence: text.error }], warnings: [] };
}

/** Supervises until told to stop. A box without a right configuration waits for one. */
export function run(options: RunOptions): void {
  const { file, log, console } = options;
  const host = createHost({ log: { file: log, console, level: 'info' } });
  const { config, problems } = accepted(host, options);
  if (config !== null) supervise(host, config, options);
  else {
    report(host, problems);
    host.log('error', 'not-configured', `this box does nothing until ${file} is right and SIGHUP says so`);
    loop.onSignal(SIGNAL.HUP, () => {
      if (takeUp(host, options) !== null) restart(host, file);
    });
    loop.onSignal(SIGNAL.TERM, () => sys.exit(0));
  }
  loop.run();
}

/** The configuration for this very machine. A missing interface or device is reported later, and does not keep a box from serving. */
function accepted(host: Host, { file, node }: RunOptions): Parsed {
  const loaded = load(file);
  for (const warning of loaded.warnings) host.log('warn', 'configuration', formatProblem(warning));
  if (loaded.config === null || loaded.config.nodes.some(({ name }) => name === node)) return loaded;
  return {
    ...loaded,
    config: null,
    problems: checkAgainstMachine(loaded.config, node, [], () => true, file),
  };
}

function supervise(host: Host, config: Config, options: RunOptions): void {
  const { file, node, stateFile, controlPath } = options;
  const own = config.nodes.find(({ name }) => name === node)!;
  host.log('info', 'started', `understudy ${VERSION} supervises ${node} with ${file}`);
  const supervisor = new Supervisor(
    host,
    config,
    own,
    { version: VERSION, stateFile, controlPath },
    {
      onJoined: goRealtime,
      onStopped: () => {
        host.log('info', 'stopped', `${node} has left the cluster`);
        // The last log line still has to reach the console.
        loop.defer(() => sys.exit(0));
      },
    },
  );
  let running = config;
  for (const signal of [SIGNAL.TERM, SIGNAL.INT]) loop.onSignal(signal, () => supervisor.stop());
  loop.onSignal(SIGNAL.HUP, () => {
    const next = takeUp(host, options);
    if (next === null) return;
    if (!sameButKeys(next, running)) {
      supervisor.makeWayFor(next);
      return restart(host, file);
    }
    running = next;
    supervisor.rekey(next.heartbeat.auth);
    const ids = next.heartbeat.auth.keys.map(({ id }) => id).join(', ');
    host.log(
      'info',
      'rekeyed',
      `heartbeat keys are now ${ids}; number ${next.heartbeat.auth.signWith} signs`,
    );
  });
  supervisor.start();
}

/**
 * Never waits for a page from now on, and behind no other program once the start is over. Not before: starting takes
 * all of an old processor, and would hold up the kernel's own network threads, which run at ordinary priority; with fast
 * timing a box that came back received nothing for three seconds. Meanwhile both boxes have patience.
 */
function goRealtime(): void {
  sys.lockMemory();
  loop.after(STARTING_MS, () => sys.scheduleFifo(REALTIME_PRIORITY));
}

/** The configuration as it is now; a wrong one changes nothing, is reported, and gives null. */
function takeUp(host: Host, options: RunOptions): Config | null {
  const { config, problems } = accepted(host, options);
  if (config !== null) return config;
  report(host, problems);
  host.log(
    'error',
    'configuration-refused',
    `the running configuration stays: ${options.file} has ${problems.length} faults`,
  );
  return null;
}

/** Keys change while the heart beats, so that they can be rolled over; authkeys of Linux-HA, too, is read again at run time. */
function sameButKeys(a: Config, b: Config): boolean {
  const keyless = (config: Config) =>
    JSON.stringify({ ...config, heartbeat: { ...config.heartbeat, auth: null } });
  return keyless(a) === keyless(b);
}

/** By ending: init starts the supervisor again, which finds its state in the kernel and goes on without a gap. */
function restart(host: Host, file: string): void {
  host.log('info', 'restarting', `${file} is good; restarting on it`);
  loop.defer(() => sys.exit(0));
}

function report(host: Host, problems: readonly Problem[]): void {
  for (const problem of problems) host.log('error', 'configuration', formatProblem(problem));
}

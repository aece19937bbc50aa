/**
 * The program's subcommands. Owns reading arguments and files, and saying what came of it; everything else is in
 * the parts.
 */

import * as sys from 'sys';
import type { Config } from './config/config';
import { importFiles } from './config/import/index';
import { checkAgainstMachine, type Parsed, parseConfig } from './config/parse';
import { formatProblem, type Problem } from './config/problem';
import type { Host } from './host/host';
import { readFile } from './host/quickjs/files';
import { createHost } from './host/quickjs/host';
import { O, SIGNAL } from './host/quickjs/linux';
import { loop } from './host/quickjs/machine';
import { printError, printLine } from './host/quickjs/terminal';
import { monitorFaults } from './monitor/validate';
import { Supervisor } from './supervisor';

const VERSION = '0.1.0';
const CONFIG_FILE = '/config/understudy.conf';
const LOG_FILE = '/var/log/understudy.log';
const CONSOLE = '/dev/console';
/** The middle of SCHED_FIFO's range, as heartbeat's `rtprio` default. */
const REALTIME_PRIORITY = 50;

/** Exit statuses, <sysexits.h>. */
const EXIT = { ok: 0, problems: 1, usage: 64 } as const;

const USAGE = `usage: understudy run [--config FILE] [--node NAME] [--log FILE] [--console DEVICE]
           supervise this box; unless told otherwise with ${CONFIG_FILE}, under its host name
       understudy check FILE [--node NAME]
           say everything that is wrong with a configuration; for node NAME, or on a box that is one of its nodes,
           also what this machine lacks
       understudy import FILE...
           turn ha.cf, haresources, authkeys, mon.cf and ipvsadm rules into a configuration
       understudy version`;

function main(args: readonly string[]): void {
  const [command, ...rest] = args;
  if (command === 'run') runCommand(rest);
  else if (command === 'check' && (rest.length === 1 || (rest.length === 3 && rest[1] === '--node')))
    sys.exit(check(rest[0]!, option(rest, '--node')));
  else if (command === 'import' && rest.length > 0) sys.exit(importCommand(rest));
  else if (command === 'version' && rest.length === 0) sys.exit(version());
  else sys.exit(usage());
}

function usage(): number {
  printError(USAGE);
  return EXIT.usage;
}

function version(): number {
  printLine(`understudy ${VERSION}, QuickJS ${sys.build.quickjs}, ${sys.build.machine}`);
  return EXIT.ok;
}

/** Reads and checks a configuration as far as that goes without its machine. */
function load(file: string): Parsed {
  const text = readFile(file);
  if (text.ok) return parseConfig(text.value, file, monitorFaults);
  return { config: null, problems: [{ file, line: null, key: '', sentence: text.error }], warnings: [] };
}

function check(file: string, node: string | null): number {
  const { config, problems, warnings } = load(file);
  const all = config === null ? problems : machineProblems(config, file, node);
  for (const warning of warnings) printError(`warning: ${formatProblem(warning)}`);
  for (const problem of all) printError(formatProblem(problem));
  if (all.length > 0) return EXIT.problems;
  printLine(`${file}: good`);
  return EXIT.ok;
}

/** What this machine lacks; nothing when it is not one of the boxes, but the place where the file is written. */
function machineProblems(config: Config, file: string, node: string | null): readonly Problem[] {
  const name = node ?? sys.hostname();
  if (node === null && !config.nodes.some((one) => one.name === name)) return [];
  const devices = readFile('/proc/net/dev');
  const interfaces = devices.ok
    ? [...devices.value.matchAll(/^\s*([^\s:]+):/gm)].map(([, found]) => found!)
    : [];
  return checkAgainstMachine(config, name, interfaces, deviceExists, file);
}

/** To open a watchdog would start it, and one in use cannot be opened. */
function deviceExists(path: string): boolean {
  const fd = sys.open(path, O.PATH, 0);
  if (fd >= 0) sys.close(fd);
  return fd >= 0;
}

function importCommand(files: readonly string[]): number {
  const read = files.map((name) => ({ name, text: readFile(name) }));
  let failed = false;
  for (const { text } of read)
    if (!text.ok) {
      failed = true;
      printError(text.error);
    }
  if (failed) return EXIT.problems;
  const { text, account } = importFiles(
    read.map(({ name, text: found }) => ({ name, text: found.ok ? found.value : '' })),
  );
  for (const { file, line, verdict, sentence } of account)
    printError(`${line === null ? file : `${file}:${line}`}: ${verdict}: ${sentence}`);
  printLine(text.trimEnd());
  return EXIT.ok;
}

function option(args: readonly string[], name: string): string | null {
  const at = args.indexOf(name);
  return at === -1 ? null : (args[at + 1] ?? null);
}

function runCommand(args: readonly string[]): void {
  const file = option(args, '--config') ?? CONFIG_FILE;
  const node = option(args, '--node') ?? sys.hostname();
  const log = option(args, '--log') ?? LOG_FILE;
  const host = createHost({
    log: { file: log, console: option(args, '--console') ?? CONSOLE, level: 'info' },
  });
  const { config, problems } = accepted(host, file, node);
  if (config !== null) supervise(host, config, file, node);
  else {
    report(host, problems);
    host.log('error', 'not-configured', `this box does nothing until ${file} is right and SIGHUP says so`);
    loop.onSignal(SIGNAL.HUP, () => restart(host, file, node));
    loop.onSignal(SIGNAL.TERM, () => sys.exit(EXIT.ok));
  }
  loop.run();
}

/** The configuration for this very machine. A missing interface or device is reported later, and does not keep a box from serving. */
function accepted(host: Host, file: string, node: string): Parsed {
  const loaded = load(file);
  for (const warning of loaded.warnings) host.log('warn', 'configuration', formatProblem(warning));
  if (loaded.config === null || loaded.config.nodes.some(({ name }) => name === node)) return loaded;
  return {
    ...loaded,
    config: null,
    problems: checkAgainstMachine(loaded.config, node, [], () => true, file),
  };
}

function supervise(host: Host, config: Config, file: string, node: string): void {
  const own = config.nodes.find(({ name }) => name === node)!;
  host.log('info', 'started', `understudy ${VERSION} supervises ${node} with ${file}`);
  const supervisor = new Supervisor(host, config, own, {
    onJoined: goRealtime,
    onStopped: () => {
      host.log('info', 'stopped', `${node} has left the cluster`);
      // The last log line still has to reach the console.
      loop.defer(() => sys.exit(EXIT.ok));
    },
  });
  for (const signal of [SIGNAL.TERM, SIGNAL.INT]) loop.onSignal(signal, () => supervisor.stop());
  loop.onSignal(SIGNAL.HUP, () => restart(host, file, node));
  supervisor.start();
}

/**
 * Never waits for a page or behind another program from now on. Not before: starting takes long enough to hold up the
 * kernel's own network threads, which run at ordinary priority, and with them the traffic of an active box.
 */
function goRealtime(): void {
  sys.lockMemory();
  sys.scheduleFifo(REALTIME_PRIORITY);
}

/**
 * A good configuration is taken up by ending: init starts the supervisor again, which finds its state in the kernel and
 * goes on without a gap. A wrong one changes nothing.
 */
function restart(host: Host, file: string, node: string): void {
  const { config, problems } = accepted(host, file, node);
  if (config === null) {
    report(host, problems);
    host.log(
      'error',
      'configuration-refused',
      `the running configuration stays: ${file} has ${problems.length} faults`,
    );
    return;
  }
  host.log('info', 'restarting', `${file} is good; restarting on it`);
  loop.defer(() => sys.exit(EXIT.ok));
}

function report(host: Host, problems: readonly Problem[]): void {
  for (const problem of problems) host.log('error', 'configuration', formatProblem(problem));
}

main(sys.args);

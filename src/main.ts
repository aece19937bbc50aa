/**
 * The program's subcommands. Owns reading arguments and files, and saying what came of it; everything else is in
 * the parts.
 */

import * as sys from 'sys';
import type { Config } from './config/config';
import { importFiles } from './config/import/index';
import { checkAgainstMachine } from './config/parse';
import { formatProblem, type Problem } from './config/problem';
import { ask } from './host/quickjs/ask';
import { readFile, replaceFile } from './host/quickjs/files';
import { O } from './host/quickjs/linux';
import { printError, printLine, readInput } from './host/quickjs/terminal';
import { load, run, VERSION } from './run';
import { CONTROL_PATH, parseRequest, readAnswer } from './supervisor/control';
import type { Status } from './supervisor/status';
import { statusText } from './supervisor/status-text';

const CONFIG_FILE = '/config/understudy.conf';
const STATE_FILE = '/config/state';
const LOG_FILE = '/var/log/understudy.log';
const CONSOLE = '/dev/console';

/** Exit statuses, <sysexits.h>. */
const EXIT = { ok: 0, problems: 1, usage: 64 } as const;

const USAGE = `usage: understudy run [--config FILE] [--node NAME] [--log FILE] [--console DEVICE]
           supervise this box; unless told otherwise with ${CONFIG_FILE}, under its host name
       understudy check FILE [--node NAME]
           say everything that is wrong with a configuration; for node NAME, or on a box that is one of its nodes,
           also what this machine lacks
       understudy import FILE...
           turn ha.cf, haresources, authkeys, mon.cf and ipvsadm rules into a configuration
       understudy status [--json]
           who is active, since when and why, and everything that is not as it should be
       understudy standby [all|local|foreign|failback]
           hand the group over to the other box; only if this box is the preferred one (local) or is not (foreign)
       understudy takeover [all|local|foreign|failback]
           take the group over from the other box
       understudy maintenance on|off
           keep this box from taking the group, over reboots too, until that is ended
       understudy version`;

/** What is asked of the supervisor that runs on this machine. */
const OPERATIONS: readonly string[] = ['status', 'standby', 'takeover', 'maintenance'];

function main(args: readonly string[]): void {
  const [command = '', ...rest] = args;
  if (command === 'run') runCommand(rest);
  else if (command === 'check' && (rest.length === 1 || (rest.length === 3 && rest[1] === '--node')))
    sys.exit(check(rest[0]!, option(rest, '--node')));
  else if (command === 'import' && rest.length > 0) sys.exit(importCommand(rest));
  else if (OPERATIONS.includes(command)) sys.exit(operate(args));
  else if (command === 'save' && rest.length === 1) sys.exit(save(rest[0]!));
  else if (command === 'version' && rest.length === 0) sys.exit(version());
  else sys.exit(usage());
}

function runCommand(args: readonly string[]): void {
  run({
    file: option(args, '--config') ?? CONFIG_FILE,
    node: option(args, '--node') ?? sys.hostname(),
    stateFile: option(args, '--state') ?? STATE_FILE,
    controlPath: option(args, '--control') ?? CONTROL_PATH,
    log: option(args, '--log') ?? LOG_FILE,
    console: option(args, '--console') ?? CONSOLE,
  });
}

function usage(): number {
  printError(USAGE);
  return EXIT.usage;
}

function version(): number {
  printLine(`understudy ${VERSION}, QuickJS ${sys.build.quickjs}, ${sys.build.machine}`);
  return EXIT.ok;
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

/** Asks the supervisor of this machine, and shows its answer. */
function operate(args: readonly string[]): number {
  const json = args.includes('--json');
  const path = option(args, '--control') ?? CONTROL_PATH;
  const words = args.filter(
    (word, at) => word !== '--json' && word !== '--control' && args[at - 1] !== '--control',
  );
  const request = parseRequest(words);
  if (typeof request === 'string') {
    printError(request);
    return EXIT.usage;
  }
  if (json && request.type !== 'status') {
    printError(`only status takes --json`);
    return EXIT.usage;
  }
  const heard = ask(path, words.join(' '));
  const answer = heard.ok ? readAnswer(heard.value) : null;
  if (answer === null) {
    printError(heard.ok ? 'the supervisor gave no whole answer' : heard.error);
    return EXIT.problems;
  }
  const { accepted, text } = answer;
  if (!accepted) printError(text);
  else if (request.type === 'status' && !json) printLine(statusText(JSON.parse(text) as Status).join('\n'));
  else printLine(text);
  return accepted ? EXIT.ok : EXIT.problems;
}

/** For the supervisor: replaces a file with what comes in, and returns when the disk has it. */
function save(file: string): number {
  const replaced = replaceFile(file, readInput());
  if (replaced.ok) return EXIT.ok;
  printError(replaced.error);
  return EXIT.problems;
}

main(sys.args);

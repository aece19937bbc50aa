/**
 * The subcommands that end soon. Owns reading arguments and files, and saying what came of it; everything else is in
 * the parts. `run`, `console` and `panel` are programs of their own, beside this one.
 */

import * as sys from 'sys';
import { checkCommit, load, machineProblems } from './check';
import type { Config } from './config/config';
import { importFiles } from './config/import/index';
import { formatProblem, type Problem } from './config/problem';
import { Store } from './config/store';
import { answerStore, type StoreRequest } from './config/store-request';
import { folderOf } from './host/disk';
import type { Result } from './host/host';
import { ask } from './host/quickjs/ask';
import { MountedDisk, readFile, replaceFile } from './host/quickjs/files';
import { loop } from './host/quickjs/machine';
import { sha256 } from './host/quickjs/sha256';
import { printError, printLine, readInput } from './host/quickjs/terminal';
import { lineWithout, statusLine } from './panel/line';
import { answerLimitMs, CONTROL_PATH, printRequest, readReply } from './supervisor/control';
import { NOT_CONFIGURED } from './supervisor/desk';
import { requestOfWords } from './supervisor/request-reader';
import { statusText } from './supervisor/status-text';
import { VERSION } from './version';

const CONFIG_FILE = '/config/understudy.conf';

/** Exit statuses, <sysexits.h>. */
const EXIT = { ok: 0, problems: 1, usage: 64 } as const;

const USAGE = `usage: understudy run [--config FILE] [--node NAME] [--log FILE] [--console DEVICE]
           supervise this box; unless told otherwise with ${CONFIG_FILE}, under its host name
       understudy check FILE [--node NAME]
           say everything that is wrong with a configuration; for node NAME, or on a box that is one of its nodes,
           also what this machine lacks
       understudy import FILE...
           turn ha.cf, haresources, authkeys, mon.cf and ipvsadm rules into a configuration
       understudy status [--json|--line]
           who is active, since when and why, and everything that is not as it should be; for scripts, all of it as
           JSON, or what matters as one line of words
       understudy panel [DEVICE]
           the same as a screen, on this terminal or on a serial device
       understudy standby [all|local|foreign|failback]
           hand the group over to the other box; only if this box is the preferred one (local) or is not (foreign)
       understudy takeover [all|local|foreign|failback]
           take the group over from the other box
       understudy maintenance on|off
           keep this box from taking the group, over reboots too, until that is ended
       understudy server disable|drain|enable tcp|udp|fwmark SERVICE SERVER
           take a real server out, at once or when its connections have ended, or let it serve; over reboots too
       understudy version`;

/** What is asked of the supervisor that runs on this machine. */
const OPERATIONS: readonly string[] = ['status', 'standby', 'takeover', 'maintenance', 'server'];

function main(args: readonly string[]): void {
  const [command = '', ...rest] = args;
  if (command === 'check' && (rest.length === 1 || (rest.length === 3 && rest[1] === '--node')))
    sys.exit(check(rest[0]!, option(rest, '--node')));
  else if (command === 'import' && rest.length > 0) sys.exit(importCommand(rest));
  else if (OPERATIONS.includes(command)) operate(args);
  else if (command === 'store' && rest.length === 1) sys.exit(store(rest[0]!));
  else if (command === 'save' && rest.length === 1) sys.exit(save(rest[0]!));
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

function check(file: string, node: string | null): number {
  const { config, problems, warnings } = load(file);
  const all = config === null ? problems : lacking(config, file, node);
  for (const warning of warnings) printError(`warning: ${formatProblem(warning)}`);
  for (const problem of all) printError(formatProblem(problem));
  if (all.length > 0) return EXIT.problems;
  printLine(`${file}: good`);
  return EXIT.ok;
}

/** What this machine lacks; nothing when it is not one of the boxes, but the place where the file is written. */
function lacking(config: Config, file: string, node: string | null): readonly Problem[] {
  const name = node ?? sys.hostname();
  if (node === null && !config.nodes.some((one) => one.name === name)) return [];
  return machineProblems(config, file, name);
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

/** Asks the supervisor of this machine, shows its answer, and ends. */
function operate(args: readonly string[]): void {
  const form = args.includes('--json') ? 'json' : args.includes('--line') ? 'line' : 'text';
  const path = option(args, '--control') ?? CONTROL_PATH;
  const words = args.filter(
    (word, at) =>
      word !== '--json' && word !== '--line' && word !== '--control' && args[at - 1] !== '--control',
  );
  const request = requestOfWords(words);
  const wrong =
    typeof request === 'string'
      ? request
      : form !== 'text' && request.op !== 'status'
        ? `only status takes --${form}`
        : null;
  if (typeof request === 'string' || wrong !== null) {
    printError(wrong ?? '');
    sys.exit(EXIT.usage);
  }
  ask(path, printRequest(request), answerLimitMs(request), (heard) => sys.exit(show(heard, form)));
  loop.run();
}

function show(heard: Result<string>, form: 'text' | 'json' | 'line'): number {
  const reply = heard.ok ? readReply<'status' | 'standby'>(heard.value) : null;
  if (reply?.ok === true) {
    if ('text' in reply) printLine(reply.text);
    else if (form === 'json') printLine(JSON.stringify(reply.status));
    else if (form === 'line')
      printLine(reply.status === null ? lineWithout(sys.hostname(), 'NEW') : statusLine(reply.status));
    else printLine(reply.status === null ? NOT_CONFIGURED : statusText(reply.status).join('\n'));
    return EXIT.ok;
  }
  const fault = heard.ok ? 'the supervisor gave no whole answer' : heard.error;
  printError(reply?.error ?? fault);
  return EXIT.problems;
}

/** For the supervisor: does one thing with what the disk has, asked by JSON on the input and answered on the output. */
function store(file: string): number {
  const request = JSON.parse(readInput()) as StoreRequest;
  const disk = new MountedDisk(folderOf(file));
  const answer = answerStore(request, new Store(disk, sha256, file), checkCommit);
  disk.close();
  printLine(JSON.stringify(answer));
  return EXIT.ok;
}

/** For the supervisor: replaces a file with what comes in, and returns when the disk has it. */
function save(file: string): number {
  const replaced = replaceFile(file, readInput());
  if (replaced.ok) return EXIT.ok;
  printError(replaced.error);
  return EXIT.problems;
}

main(sys.args);

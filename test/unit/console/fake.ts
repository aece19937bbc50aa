/** A console without a terminal, on a machine without anything: answers are queued, output is kept. */

import { EMPTY } from '../../../src/config/document';
import type { Mode, Shell } from '../../../src/console/shell';
import type { Asked, World } from '../../../src/console/world';
import type { Result } from '../../../src/host/host';
import type { Op, Reply, Request } from '../../../src/supervisor/control';

export const TEXT = `set node lead interface eth0 address 192.0.2.11/24
set node lead interface eth1 address 10.0.0.11/24
set node backup interface eth0 address 192.0.2.12/24
set node backup interface eth1 address 10.0.0.12/24
set heartbeat serial /dev/ttyS1 baud 115200
set heartbeat bcast eth1 port 694
set heartbeat key 1 sha256 "a long secret of our own"
set group preferred lead
set group vip 192.0.2.10/24
set group gateway 10.0.0.1/24
set service tcp 192.0.2.10:80 server 10.0.0.21:80 weight 1
`;

export interface Fake extends Shell {
  mode: Mode;
  readonly output: string[];
  readonly answers: (string | null)[];
  readonly commits: Extract<Request, { readonly op: 'commit' }>[];
  readonly programs: string[][];
  readonly files: Map<string, string>;
  left: boolean;
  running: string;
  /** What the next commit comes to. */
  verdict: Reply<'commit'>;
}

const COMMITTED: Reply<'commit'> = { ok: true, text: 'Committed.', revision: 8, warnings: [] };
const ok = <T>(value: T): Result<T> => ({ ok: true, value });
const no = (error: string): Result<never> => ({ ok: false, error });

export function fake(text = TEXT): Fake {
  const files = new Map<string, string>();
  const programs: string[][] = [];
  const commits: Extract<Request, { readonly op: 'commit' }>[] = [];
  const revisions = [
    { revision: 7, dateMs: 0, who: 'console', comment: 'new' },
    { revision: 6, dateMs: null, who: 'setup', comment: '' },
  ];
  const answer = (request: Request): Reply => {
    switch (request.op) {
      case 'config':
        return { ok: true, text: shell.running, saved: revisions[0]!, pending: null };
      case 'archive':
        return { ok: true, entries: revisions };
      case 'archived': {
        const text = [shell.running, TEXT.replace('weight 1', 'weight 6')][request.n];
        if (text === undefined)
          return { ok: false, error: `there are commits from 0 to 1, not ${request.n}` };
        return { ok: true, text, ...revisions[request.n]! };
      }
      case 'commit':
        commits.push(request);
        if (shell.verdict.ok) shell.running = request.text;
        return request.acknowledgeRisk ? COMMITTED : shell.verdict;
      case 'standby':
      case 'takeover':
        return { ok: true, text: `${request.op} ${request.scope} done` };
      case 'maintenance':
        return { ok: true, text: `maintenance is ${request.on ? 'on' : 'off'}` };
      case 'watches': {
        const usual = { watch: 'web', sinceMs: -5000, disabled: false, ack: null, summary: '' };
        const down = {
          ...usual,
          service: 'http',
          state: 'failed',
          summary: '10.0.0.21',
          ack: 'known',
        } as const;
        const watches = [down, { ...usual, service: 'ping', state: 'ok', disabled: true } as const];
        return { ok: true, nowMs: 0, watches, hosts: ['10.0.0.22'] };
      }
      case 'ack':
      case 'disable':
      case 'enable':
        return { ok: true, text: JSON.stringify(request) };
      default:
        return { ok: false, error: 'this box has not joined the cluster yet' };
    }
  };
  const world: World = {
    watch: () => () => {},
    version: '0.1.0',
    folder: '/config',
    ask: async <T extends Op>(request: Asked<T>): Promise<Reply<T>> => answer(request) as Reply<T>,
    lend: async () => ok(() => {}),
    openSerial: () => ({ send: () => {}, close: () => {} }),
    digest: (text) => text,
    hostname: () => 'lead',
    now: () => 0,
    wait: async () => {},
    readFile: (path) => {
      const found = files.get(path);
      return found === undefined ? no(`there is no ${path}`) : ok(found);
    },
    saveFile: (path, found) => {
      files.set(path, found);
      return ok(null);
    },
    run: (argv, onOutput) => {
      if (argv[0] === '/bin/ls')
        onOutput(
          [...files.keys()]
            .filter((path) => path.startsWith(`${argv[1]}/`))
            .map((path) => `${path.slice(argv[1]!.length + 1).split('/')[0]}\n`)
            .filter((name, at, all) => all.indexOf(name) === at)
            .join(''),
        );
      else programs.push([...argv]);
      return { ended: Promise.resolve(0), stop: () => {} };
    },
    crypt: (password, setting) => `${setting}${password}`,
    random: (length) => Uint8Array.from({ length }, (_, index) => index * 7),
  };
  const shell: Fake = {
    world,
    mode: 'configuration',
    draft: EMPTY,
    base: EMPTY,
    output: [],
    answers: [],
    commits,
    programs,
    files,
    left: false,
    running: text,
    verdict: COMMITTED,
    print: async (lines) => void shell.output.push(...lines),
    say: (sentence) => void shell.output.push(sentence),
    paint: () => {},
    question: async () => shell.answers.shift() ?? null,
    confirm: async () => shell.answers.shift() === 'yes',
    text: async () => shell.answers.shift() ?? null,
    untilStopped: (running) => running,
    identify: async () => true,
    enter: (mode) => {
      shell.mode = mode;
    },
    leave: () => {
      shell.left = true;
    },
  };
  return shell;
}

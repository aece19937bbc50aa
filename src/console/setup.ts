/**
 * The first configuration from few questions. Owns the questions, their defaults and the text that comes of the answers; the
 * schema says whether an answer fits. Pure but for `setup`, which asks.
 */

import { readDocument } from '../config/document';
import { parseConfig } from '../config/parse';
import { formatProblem } from '../config/problem';
import { ARGUMENTS, type ValueType } from '../config/schema';
import { quoteWord } from '../config/text';
import { readValue } from '../config/values';
import { monitorFaults } from '../monitor/validate';
import type { Shell } from './shell';

/** Servers of the first service; more are added by `set`. */
export const SERVERS_MOST = 16;
const SECRET_BYTES = 24;

export type Answers = Readonly<Partial<Record<Name, string>>>;
type Name =
  | 'own'
  | 'other'
  | 'outside'
  | 'ownOutside'
  | 'otherOutside'
  | 'router'
  | 'inside'
  | 'ownInside'
  | 'otherInside'
  | 'vip'
  | 'gateway'
  | 'port'
  | 'servers'
  | 'check';

export interface Question {
  readonly name: Name;
  readonly text: string;
  /** What Enter alone means; null where there is no good guess. */
  readonly default: (answers: Answers) => string | null;
  /** What is wrong with an answer, in one sentence; null where it fits. */
  readonly fault: (answer: string, answers: Answers) => string | null;
}

const INTERFACE_ADDRESS: ValueType = { kind: 'interface-address' };
const PORT: ValueType = { kind: 'number', min: 1, max: 65_535 };
const CHECK: ValueType = { kind: 'one-word', words: ['http', 'tcp', 'none'] };

export const QUESTIONS: readonly Question[] = [
  question('own', 'Name of this box', ARGUMENTS.NODE!, () => 'lead'),
  {
    ...question('other', 'Name of the other box', ARGUMENTS.NODE!, ({ own }) =>
      own === 'backup' ? 'lead' : 'backup',
    ),
    fault: (answer, { own }) =>
      answer === own ? 'the boxes need different names' : misfit(ARGUMENTS.NODE!, answer),
  },
  question('outside', 'Network card to the clients', ARGUMENTS.INTERFACE!, () => 'eth0'),
  question('ownOutside', 'Address of this box there, e.g. 192.0.2.11/24', INTERFACE_ADDRESS, () => null),
  question('otherOutside', 'Address of the other box there', INTERFACE_ADDRESS, ({ ownOutside }) =>
    following(ownOutside),
  ),
  optional('router', 'Router to the rest of the world ("none" for none)', { kind: 'address' }),
  question('inside', 'Network card to the web servers', ARGUMENTS.INTERFACE!, () => 'eth1'),
  question('ownInside', 'Address of this box there, e.g. 10.0.0.11/24', INTERFACE_ADDRESS, () => null),
  question('otherInside', 'Address of the other box there', INTERFACE_ADDRESS, ({ ownInside }) =>
    following(ownInside),
  ),
  question('vip', 'Virtual address that clients ask, e.g. 192.0.2.10/24', INTERFACE_ADDRESS, () => null),
  question(
    'gateway',
    'Address that the web servers have as their gateway, e.g. 10.0.0.1/24',
    INTERFACE_ADDRESS,
    () => null,
  ),
  question('port', 'TCP port of the service', PORT, () => '80'),
  {
    name: 'servers',
    text: 'Addresses of the web servers, with blanks between them',
    default: () => null,
    fault: serversFault,
  },
  question('check', 'How to check them: http, tcp or none', CHECK, () => 'http'),
];

function question(name: Name, text: string, type: ValueType, guess: Question['default']): Question {
  return { name, text, default: guess, fault: (answer) => misfit(type, answer) };
}

function optional(name: Name, text: string, type: ValueType): Question {
  return {
    name,
    text,
    default: () => 'none',
    fault: (answer) => (answer === 'none' ? null : misfit(type, answer)),
  };
}

function misfit(type: ValueType, answer: string): string | null {
  const read = readValue(type, answer);
  return read.ok ? null : read.error;
}

function serversFault(answer: string): string | null {
  const servers = serversOf(answer);
  if (servers.length === 0 || servers.length > SERVERS_MOST) return `give 1 to ${SERVERS_MOST} addresses`;
  if (new Set(servers).size < servers.length) return 'one address stands there twice';
  for (const server of servers) {
    const fault = misfit({ kind: 'address' }, server);
    if (fault !== null) return fault;
  }
  return null;
}

function serversOf(answer: string | undefined): string[] {
  return (answer ?? '').split(/[ ,]+/).filter((word) => word !== '');
}

/** The next address in the same network; null where there is none to count on from. */
export function following(address: string | undefined): string | null {
  const found = /^(\d+\.\d+\.\d+\.)(\d+)(\/\d+)$/.exec(address ?? '');
  return found === null || Number(found[2]) >= 254 ? null : `${found[1]}${Number(found[2]) + 1}${found[3]}`;
}

/**
 * The configuration that the answers describe.
 * @param secret of the heartbeat key
 */
export function setupText(answers: Required<Answers>, secret: string): string {
  const { own, other, outside, inside, router, vip, gateway, port, check } = answers;
  const virtual = vip.slice(0, vip.indexOf('/'));
  const service = `set service tcp ${virtual}:${port}`;
  const node = (name: string, outer: string, inner: string): string[] => [
    `set node ${name} interface ${outside} address ${outer}`,
    `set node ${name} interface ${inside} address ${inner}`,
    ...(router === 'none' ? [] : [`set node ${name} route 0.0.0.0/0 via ${router}`]),
  ];
  const watch = (server: string): string[] => {
    const path = `set watch ${server} service ${check}`;
    const alert = `lvs.alert -P tcp -V ${virtual}:${port} -R ${server}`;
    return [
      `${path} monitor ${quoteWord(`${check}.monitor${port === '80' ? '' : ` -p ${port}`}`)}`,
      `${path} period always alert ${quoteWord(`${alert} -X down`)}`,
      `${path} period always upalert ${quoteWord(alert)}`,
    ];
  };
  const servers = serversOf(answers.servers);
  const sections = [
    [
      ...node(own, answers.ownOutside, answers.ownInside),
      ...node(other, answers.otherOutside, answers.otherInside),
    ],
    [
      'set heartbeat serial /dev/ttyS1 baud 115200',
      `set heartbeat bcast ${inside} port 694`,
      `set heartbeat key 1 sha256 ${quoteWord(secret)}`,
    ],
    [`set group preferred ${own}`, `set group vip ${vip}`, `set group gateway ${gateway}`],
    [`${service} scheduler rr`, ...servers.map((server) => `${service} server ${server}:${port} weight 1`)],
    ...(check === 'none' ? [] : servers.map(watch)),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Asks, shows what came of it, and makes it the draft where the operator wants that. @returns the own name, or null */
export async function setup(shell: Shell): Promise<string | null> {
  shell.say(
    'A few questions; Enter takes what stands in brackets, ^C gives up. Nothing holds before you commit it.',
  );
  const answers: Partial<Record<Name, string>> = {};
  for (const one of QUESTIONS) {
    const answer = await ask(shell, one, answers);
    if (answer === null) {
      shell.say('Given up; nothing was changed.');
      return null;
    }
    answers[one.name] = answer;
  }
  const text = setupText(answers as Required<Answers>, secretText(shell.world.random(SECRET_BYTES)));
  await shell.print(
    text
      .replace(/^(set heartbeat key 1 sha256) .*$/m, '$1 ***')
      .trimEnd()
      .split('\n'),
  );
  const { config, problems } = parseConfig(text, 'setup', monitorFaults);
  for (const problem of problems) shell.say(formatProblem(problem));
  const read = readDocument(text);
  if (config === null || !read.ok) {
    shell.say('These answers do not fit together; "setup" begins again.');
    return null;
  }
  shell.draft = read.value;
  return answers.own!;
}

async function ask(
  shell: Shell,
  { text, default: guess, fault }: Question,
  answers: Answers,
): Promise<string | null> {
  const usual = guess(answers);
  for (;;) {
    const typed = await shell.question(`${text}${usual === null ? '' : ` [${usual}]`}: `);
    if (typed === null) return null;
    const answer = typed.trim() === '' && usual !== null ? usual : typed.trim();
    const wrong = fault(answer, answers);
    if (wrong === null) return answer;
    shell.say(`${wrong}.`);
  }
}

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Letters and digits that nobody mixes up; five bits of each byte. */
function secretText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => ALPHABET[byte & 31]).join('');
}

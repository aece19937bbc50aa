/**
 * mon's `dns.monitor` in its caching mode without a fork: one question over UDP, good when it is answered, and with what
 * was expected. Comparing the zones of masters and slaves is left to the script. Pure.
 */

import { readIpv6 } from '../../config/ipv6';
import type { Result } from '../../host/host';
import { answers, question, readAnswer, TYPES, type Type } from './dns-message';
import { type Options, readOptions } from './options';
import { type Probe, probeWith } from './probe';

const NAMES = {
  '-caching_only': '',
  '-query': 'NAME[:TYPE[:VALUE]]',
  '-p': 'PORT',
  '-retry': 'TIMES',
  '-retransmit': 'SECONDS',
  '-timeout': 'SECONDS',
} as const;
const ZONES = 'it compares zones, which only the script can; give its path to run it, or use -query NAME';
const REFUSED = {
  '-master': ZONES,
  '-zone': ZONES,
  '-serial_threshold': ZONES,
  '-failsingle': ZONES,
  '-tcp': 'questions go over UDP; give the path of the script to run it',
  '-debug': 'there is nothing to debug',
} as const;
const DNS_PORT = 53;
/** Without EDNS no answer is longer (RFC 1035, 4.2.1); some servers do not care. */
const REPLY_BYTES = 4096;
/** The socket is connected, so only the server that was asked can answer; the number tells its late answers apart. */
const ID = 0x7573;
const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const NAME = `(?=[^:]{1,253}(?::|$))(?<name>${LABEL}(?:\\.${LABEL})*)\\.?`;
const QUERY = new RegExp(`^${NAME}(?::(?<type>[A-Za-z]+)(?::(?<value>[0-9A-Fa-f.:]+))?)?$`);

interface Query {
  readonly name: string;
  readonly type: Type;
  /** An address that must be among the answers. */
  readonly value: string | null;
}

/** Options of the script, also with two hyphens: -caching_only (taken for granted), -query, -retry, -retransmit, -timeout; and -p port. */
export function dnsProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  const plain = argv.map((word, at) => (at > 0 && word.startsWith('--') ? word.slice(1) : word));
  return probeWith(readOptions(plain, NAMES, REFUSED), (options) => {
    const query = readQuery(options);
    const port = options.port(DNS_PORT);
    const timeoutMs = options.timeoutMs('-timeout', deadlineMs);
    const times = options.whole('-retry', 2, 0, 10);
    const everyMs = options.timeoutMs('-retransmit', Math.ceil(timeoutMs / (times + 1)));
    return {
      exchange: (host) => ({
        transport: 'udp',
        address: host,
        port,
        request: question(ID, query.name, query.type),
        deadlineMs: timeoutMs,
        limitBytes: REPLY_BYTES,
        resend: { everyMs, times },
        next: (bytes) => (answers(bytes, ID) ? 'enough' : null),
      }),
      judge: (reply) => (reply.ok ? judgeDns(reply.value.bytes, query) : reply.error),
    };
  });
}

function readQuery(options: Options): Query {
  const text = options.text(
    '-query',
    '',
    QUERY,
    'a name like www.example.org, perhaps with :TYPE and :VALUE',
  );
  const { name = '', type: word = 'A', value: expected } = QUERY.exec(text)?.groups ?? {};
  const type = (Object.keys(TYPES) as Type[]).find((one) => one === word.toUpperCase());
  if (!options.has('-query')) options.fault ??= 'dns.monitor needs -query NAME[:TYPE[:VALUE]]';
  if (type === undefined)
    options.wrong('-query', text, `of a type that is known: ${Object.keys(TYPES).join(' ')}`, null);
  const value = expected === undefined ? null : (readIpv6(expected) ?? expected);
  if (value !== null && type !== 'A' && type !== 'AAAA')
    options.wrong('-query', text, 'one whose value can be compared: only those of A and AAAA can', null);
  return { name, type: type ?? 'A', value };
}

/** Why the answer is not a good one, in one clause; null when it is. */
export function judgeDns(bytes: Uint8Array, { name, type, value }: Query): string | null {
  const answer = readAnswer(bytes, type);
  const asked = `${type} of ${name}`;
  if (answer === null) return `the answer to ${asked} makes no sense`;
  if (answer.fault !== null) return `${asked}: ${answer.fault}`;
  if (answer.values.length === 0) return `${asked}: no such record`;
  if (value === null || answer.values.includes(value)) return null;
  return `${asked} is ${answer.values.join(' ')}, not ${value}`;
}

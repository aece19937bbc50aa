/**
 * mon's `smtp.monitor` without a fork: greeting, HELO and QUIT (RFC 5321), good when each is answered as it should be. Pure.
 */

import type { ExchangeReply, Result } from '../../host/host';
import { readOptions } from './options';
import { bytesOf, type Probe, printable, probeWith } from './probe';

const SMTP_PORT = 25;
/** A greeting and an answer may have many lines of 512 bytes (RFC 5321, 4.5.3.1.5). */
const REPLY_BYTES = 8192;
/** What is said after each reply, and what the next one must be. */
const STEPS = [
  { code: '220', say: 'HELO understudy\r\n' },
  { code: '250', say: 'QUIT\r\n' },
  { code: '221', say: null },
] as const;

/** Options of the script: -p port, -t seconds. Beyond these: -c milliseconds until a connection stands. */
export function smtpProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  return probeWith(readOptions(argv, { '-p': 'PORT', '-t': 'SECONDS', '-c': 'MILLISECONDS' }), (options) => {
    const port = options.port(SMTP_PORT);
    const timeoutMs = options.timeoutMs('-t', deadlineMs);
    const connect = options.connect();
    return {
      exchange: (host) => ({
        transport: 'tcp',
        address: host,
        port,
        request: new Uint8Array(0),
        deadlineMs: timeoutMs,
        ...connect,
        limitBytes: REPLY_BYTES,
        next: conversation(),
      }),
      judge: judgeSmtp,
    };
  });
}

/** Says the next thing once for each reply that is as it should be. */
function conversation(): (bytes: Uint8Array) => Uint8Array | 'enough' | null {
  let said = 0;
  return (bytes) => {
    const replies = repliesIn(bytes);
    if (replies.length <= said) return null;
    const step = STEPS[said];
    said += 1;
    if (step === undefined || step.say === null || !replies[said - 1]!.startsWith(step.code)) return 'enough';
    return bytesOf(step.say);
  };
}

/** Why the server is not well, in one clause; null when it is. Many close without an answer to QUIT. */
export function judgeSmtp(reply: Result<ExchangeReply>): string | null {
  if (!reply.ok) return reply.error;
  const { bytes, end } = reply.value;
  const replies = repliesIn(bytes);
  for (const [at, { code, say }] of STEPS.entries()) {
    const got = replies[at];
    if (got === undefined) {
      if (say === null && end === 'closed') return null;
      if (end === 'limit') return `no end of an answer within ${bytes.length} bytes`;
      return `connection closed where a reply ${code} was expected${rest(bytes)}`;
    }
    if (!got.startsWith(code)) return `answered ${JSON.stringify(got)} where a reply ${code} was expected`;
  }
  return null;
}

function rest(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : `, after ${JSON.stringify(printable(bytes))}`;
}

/** The last line of each complete reply: a code, and no hyphen behind it. What is no reply ends the list as it is. */
function repliesIn(bytes: Uint8Array): readonly string[] {
  const replies: string[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    const line = printable(bytes.subarray(from, bytes[end - 1] === 13 ? end - 1 : end));
    from = end + 1;
    if (!/^\d{3}-/.test(line)) replies.push(line);
  }
  return replies;
}

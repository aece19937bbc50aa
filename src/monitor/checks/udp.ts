/**
 * `udp.monitor`: sends a datagram to a port, and is content with any answer, or with one that holds a text. Silence is no
 * answer: many services say nothing to what they do not understand, so give them a payload that they do. Pure.
 */

import type { Result } from '../../host/host';
import { type Options, readOptions } from './options';
import { bytesOf, indexOf, type Probe, printable, probeWith } from './probe';

const NAMES = { '-p': 'PORT', '-t': 'SECONDS', '-d': 'TEXT', '-x': 'HEXADECIMAL', '-e': 'TEXT' } as const;
/** One of the two is lost now and then. */
const RESENDS = 2;
const REPLY_BYTES = 2048;

/** -p port (required), -d payload, or -x payload in hexadecimal, -e text that the answer must hold, -t seconds. */
export function udpProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  return probeWith(readOptions(argv, NAMES), (options) => {
    if (!options.has('-p')) options.fault = 'udp.monitor needs -p PORT';
    const port = options.port(1);
    const timeoutMs = options.timeoutMs('-t', deadlineMs);
    const request = payloadOf(options);
    const text = options.text('-e', '', /^[\x20-\xff]+$/, 'a text of printable characters');
    const expected = bytesOf(text);
    return {
      exchange: (host) => ({
        transport: 'udp',
        address: host,
        port,
        request,
        deadlineMs: timeoutMs,
        limitBytes: REPLY_BYTES,
        resend: { everyMs: timeoutMs / (RESENDS + 1), times: RESENDS },
        next: () => 'enough',
      }),
      judge: (reply) => {
        if (!reply.ok) return reply.error;
        if (indexOf(reply.value.bytes, expected) !== -1) return null;
        return `answered ${JSON.stringify(printable(reply.value.bytes))} without ${JSON.stringify(text)}`;
      },
    };
  });
}

function payloadOf(options: Options): Uint8Array {
  const text = options.text('-d', '', /^[\x20-\xff]{1,512}$/, 'a text of at most 512 printable characters');
  const hex = options.text('-x', '', /^([0-9A-Fa-f]{2}){1,512}$/, 'at most 512 bytes in hexadecimal');
  if (hex === '') return bytesOf(text);
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

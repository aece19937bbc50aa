/**
 * mon's `tcp.monitor` without a fork: good when the port accepts a connection. Pure; sends and reads nothing.
 */

import type { Result } from '../../host/host';
import { readOptions } from './options';
import { type Probe, probeWith } from './probe';

/** The script's default, telnet. */
const TELNET_PORT = 23;

/** Options of the script: -p port, -t seconds. */
export function tcpProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  return probeWith(readOptions(argv, { '-p': 'PORT', '-t': 'SECONDS' }), (options) => {
    const port = options.port(TELNET_PORT);
    const timeoutMs = options.timeoutMs('-t', deadlineMs);
    return {
      // A limit of no bytes ends the exchange as soon as the connection stands.
      exchange: (host) => ({
        transport: 'tcp',
        address: host,
        port,
        request: new Uint8Array(0),
        deadlineMs: timeoutMs,
        limitBytes: 0,
      }),
      judge: (reply) => (reply.ok ? null : reply.error),
    };
  });
}

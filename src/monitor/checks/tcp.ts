/**
 * mon's `tcp.monitor` without a fork: good when the port accepts a connection. Pure; sends and reads nothing.
 */

import type { Result } from '../../host/host';
import { readOptions, readPort, readTimeoutMs } from './options';
import type { Probe } from './probe';

/** The script's default, telnet. */
const defaultPort = 23;

/** Options of the script: -p port, -t seconds. */
export function tcpProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  const options = readOptions(argv, { '-p': 'PORT', '-t': 'SECONDS' });
  if (!options.ok) return options;
  const port = readPort(options.value, defaultPort);
  if (!port.ok) return port;
  const timeoutMs = readTimeoutMs(options.value, deadlineMs);
  if (!timeoutMs.ok) return timeoutMs;
  return {
    ok: true,
    value: {
      // A limit of no bytes ends the exchange as soon as the connection stands.
      exchange: (host) => ({
        address: host,
        port: port.value,
        request: new Uint8Array(0),
        deadlineMs: timeoutMs.value,
        limitBytes: 0,
      }),
      judge: (reply) => (reply.ok ? null : reply.error),
    },
  };
}

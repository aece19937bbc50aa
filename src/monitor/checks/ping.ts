/** mon's `ping.monitor` and `fping.monitor` without a fork: good when a host answers an ICMP echo. IPv4 only. Pure. */

import { echoReplyIdentifier, echoRequest } from '../../host/echo';
import type { Result } from '../../host/host';
import { readOptions } from './options';
import { type Probe, probeWith } from './probe';

/** Another one than that of the cluster's pings, which is a process number. */
const IDENTIFIER = 0;
const SEQUENCE = 1;
const PACKET_BYTES = 256;
/** Echo requests of `ping -c` are sent so often, as of ping(8). */
const PING_EVERY_MS = 1000;
/** As of fping(8); the script's 2000 ms would leave most checks no time for a second try. */
const FPING_TIMES = 3;
const FPING_EVERY_MS = 500;
const MOST_TIMES = 20;

/** Option of the script: -c count of echo requests, of which any may be answered. */
export function pingProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  const refused = { '-6': 'hosts are pinged over IPv4' };
  return probeWith(readOptions(argv, { '-c': 'COUNT' }, refused), (options) => {
    const times = options.whole('-c', 1, 1, MOST_TIMES) - 1;
    return { exchange: (host) => echo(host, deadlineMs, PING_EVERY_MS, times), judge, isIpv4Only: true };
  });
}

/** Options of the script: -a, -r retries, -t milliseconds before each, -s milliseconds within which an answer must come. */
export function fpingProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  const names = { '-a': '', '-r': 'TIMES', '-s': 'MILLISECONDS', '-t': 'MILLISECONDS' };
  const refused = { '-T': 'a check that traces routes takes longer than it may' };
  return probeWith(readOptions(argv, names, refused), (options) => {
    const everyMs = options.whole('-t', FPING_EVERY_MS, 10, 600_000);
    const times = options.whole('-r', FPING_TIMES, 0, MOST_TIMES);
    const slowMs = options.has('-s') ? options.whole('-s', 1, 1, 600_000) : null;
    if (slowMs !== null && options.has('-r') && times > 0)
      options.fault ??= '-s takes -r 0 beside it: an answer to a later request would hide a slow one';
    // An answer to a later request must not make up for a slow one.
    const limitMs = slowMs === null ? deadlineMs : Math.min(deadlineMs, slowMs);
    return {
      exchange: (host) => echo(host, limitMs, everyMs, slowMs === null ? times : 0),
      judge,
      isIpv4Only: true,
      anyIsEnough: options.has('-a'),
    };
  });
}

function echo(
  address: string,
  deadlineMs: number,
  everyMs: number,
  times: number,
): ReturnType<Probe['exchange']> {
  return {
    transport: 'icmp',
    address,
    port: 0,
    request: echoRequest(IDENTIFIER, SEQUENCE),
    deadlineMs,
    limitBytes: PACKET_BYTES,
    resend: { everyMs, times },
    next: (bytes) => (echoReplyIdentifier(bytes) === IDENTIFIER ? 'enough' : null),
  };
}

const judge: Probe['judge'] = (reply) => (reply.ok ? null : reply.error);

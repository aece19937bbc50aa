/** The settings of virtual services, which stand at two places of the schema. Data only. */

import type { Entry, Part, ValueType } from './schema';

/** Milliseconds. */
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const port: ValueType = { kind: 'number', min: 1, max: 65_535 };
const connections: ValueType = { kind: 'number', min: 0, max: 999_999_999 };
const method: ValueType = { kind: 'one-word', words: ['nat', 'dr', 'tun'] };

/** What can be set of a virtual service. @param path of a service by address, or by mark */
export function serviceSettings(path: string): readonly Entry[] {
  const affects: Part = 'director';
  return [
    {
      path: `${path} scheduler`,
      value: {
        kind: 'one-word',
        words: [
          'rr',
          'wrr',
          'lc',
          'wlc',
          'lblc',
          'lblcr',
          'dh',
          'sh',
          'sed',
          'nq',
          'fo',
          'ovf',
          'mh',
          'twos',
        ],
      },
      default: 'rr',
      affects,
      help: 'how real servers are chosen (IPVS)',
    },
    {
      path: `${path} hash-flag`,
      value: { kind: 'one-word', words: ['sh-fallback', 'sh-port', 'mh-fallback', 'mh-port'] },
      many: true,
      affects,
      help: 'fallback: another server where the chosen one gets no connections; port: the client is known by its port, too',
    },
    {
      path: `${path} persistence`,
      value: { kind: 'duration', minMs: SECOND, maxMs: 31 * 24 * HOUR, stepMs: SECOND },
      affects,
      help: 'a client comes back to the same server within this time; to any when not set',
    },
    {
      path: `${path} persistence-prefix`,
      value: { kind: 'number', min: 1, max: 128 },
      unit: 'bits',
      affects,
      help: 'clients of one network of this prefix length count as one; each counts by itself when not set',
    },
    {
      path: `${path} persistence-engine`,
      value: { kind: 'one-word', words: ['sip'] },
      affects,
      help: 'what a client is known by: the Call-ID of SIP over UDP; its address when not set',
    },
    {
      path: `${path} one-packet`,
      value: null,
      affects,
      help: 'each UDP datagram is scheduled by itself',
    },
    {
      path: `${path} down`,
      value: { kind: 'one-word', words: ['remove', 'weight-0'] },
      default: 'remove',
      affects,
      help: 'what becomes of a server that is down: it is taken out, and its connections end; or it gets no new ones',
    },
    {
      path: `${path} quorum`,
      value: { kind: 'number', min: 1, max: 999_999_999 },
      default: '1',
      affects,
      help: 'weight of the servers that are up, below which the sorry server takes the place of them all',
    },
    {
      path: `${path} hysteresis`,
      value: connections,
      default: '0',
      affects,
      help: 'the quorum is lost below quorum - hysteresis, and reached again at quorum + hysteresis',
    },
    {
      path: `${path} sorry-server`,
      value: { kind: 'endpoint' },
      affects,
      help: 'serves while the quorum is not reached',
    },
    {
      path: `${path} sorry-method`,
      value: method,
      default: 'nat',
      affects,
      help: 'how packets reach the sorry server',
    },
    {
      path: `${path} slow-start`,
      value: { kind: 'duration', minMs: SECOND, maxMs: HOUR },
      affects,
      help: 'a server that comes back gets its weight step by step over this time; at once when not set',
    },
    {
      path: `${path} drain-connections`,
      value: connections,
      default: '0',
      affects,
      help: 'a server that is drained is taken out when it has no more connections than that',
    },
    {
      path: `${path} drain-time`,
      value: { kind: 'duration', minMs: SECOND, maxMs: 24 * HOUR },
      default: '5m',
      affects,
      help: 'a server that is drained is taken out after this time, whatever connections it has',
    },
    { path: `${path} server SERVER`, value: null, affects, help: 'a real server of the service' },
    {
      path: `${path} server SERVER weight`,
      value: { kind: 'number', min: 0, max: 65_535 },
      default: '1',
      affects,
      help: 'share of the connections; 0 gives it no new ones',
    },
    {
      path: `${path} server SERVER method`,
      value: method,
      default: 'nat',
      affects,
      help: 'how packets reach the real server: masquerading, direct routing, tunnel',
    },
    {
      path: `${path} server SERVER upper-threshold`,
      value: connections,
      default: '0',
      affects,
      help: 'connections at which the server gets no more; 0 is no limit',
    },
    {
      path: `${path} server SERVER lower-threshold`,
      value: connections,
      default: '0',
      affects,
      help: 'connections below which it gets some again; 0 is three quarters of the upper threshold',
    },
    {
      path: `${path} server SERVER tunnel`,
      value: { kind: 'one-word', words: ['ipip', 'gue', 'gre'] },
      default: 'ipip',
      affects,
      help: 'kind of the tunnel, with method tun',
    },
    {
      path: `${path} server SERVER tunnel-port`,
      value: port,
      affects,
      help: 'UDP port of a gue tunnel (required there)',
    },
    {
      path: `${path} server SERVER tunnel-checksum`,
      value: { kind: 'one-word', words: ['none', 'csum', 'remcsum'] },
      default: 'none',
      affects,
      help: 'checksum of the packets of a gue or gre tunnel; remcsum is remote checksum offload, for gue',
    },
  ];
}

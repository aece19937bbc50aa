/** What is wrong with a box or its pair, for people who have one look: the most important first. Pure. */

import type { Mismatch } from '../cluster/types';
import type { Status } from '../supervisor/status';
import { orderOf } from './servers';
import { linkParts } from './words';

export interface Fault {
  /** `fault`: something does not work; `warn`: all works, and somebody should know. */
  readonly level: 'fault' | 'warn';
  /** Two words of capitals, at most 16 letters, e.g. `PEER LOST`. */
  readonly word: string;
  /** A clause of about a line that names what it is about. */
  readonly sentence: string;
}

/** Of the same order as what they say about the service to clients. */
export function faultsOf(status: Status): readonly Fault[] {
  return [
    ...split(status),
    ...start(status),
    ...own(status),
    ...service(status),
    ...peer(status),
    ...media(status),
    ...servers(status),
    ...surroundings(status),
    ...differences(status),
    ...orders(status),
  ];
}

const fault = (word: string, sentence: string): Fault => ({ level: 'fault', word, sentence });
const warn = (word: string, sentence: string): Fault => ({ level: 'warn', word, sentence });

function split({ cluster, interfaces }: Status): Fault[] {
  const { role, peer: other, links, fencing } = cluster;
  if (role !== 'active') return [];
  const isHeard = other.state === 'alive' || other.state === 'late';
  if (isHeard && other.claim === 'all')
    return [fault('BOTH ACTIVE', `${other.name} serves as well; one of the two gives way`)];
  // Silence on a link that is broken on this side says nothing about the other box.
  const broken = links.find(
    ({ name, fault: own }) =>
      own !== null || interfaces.some((one) => one.name === linkParts(name).device && !one.carrier),
  );
  if (other.state !== 'dead' || fencing === 'done' || broken === undefined) return [];
  const sentence = `${other.name} is silent, but ${broken.name} is broken here: it may serve as well`;
  return [fault('SPLIT SUSPECTED', sentence)];
}

function start({ cluster }: Status): Fault[] {
  if (cluster.role !== 'init') return [];
  return [warn('STARTING', `This box listens for ${cluster.peer.name} before it does anything`)];
}

function own({ cluster }: Status): Fault[] {
  const { able, unableBecause, maintenance } = cluster;
  if (able || maintenance || cluster.role === 'init') return [];
  return [fault('NOT ABLE', `This box cannot serve: ${unableBecause ?? 'it is not ready'}`)];
}

function service({ services, cluster }: Status): Fault[] {
  const dead = services.filter((one) => one.servers.every(({ health }) => health === 'down'));
  const nobody =
    cluster.role === 'standby' && cluster.peer.claim !== 'all'
      ? [fault('NOBODY SERVES', `${cluster.peer.name} does not hold the group, nor does this box`)]
      : [];
  return [...nobody, ...dead.map(({ name }) => fault('SERVICE DOWN', `${name} has no server that is up`))];
}

function peer({ cluster }: Status): Fault[] {
  const { name, state, able, unableBecause } = cluster.peer;
  switch (state) {
    case 'dead':
      return [fault('PEER LOST', `${name} is silent on all links`)];
    case 'left':
      return [warn('PEER OFF', `${name} has shut down`)];
    case 'unknown':
      return [warn('PEER UNKNOWN', `${name} was not heard since this box started`)];
    default: {
      const sentence = `${name} could not take over: ${unableBecause ?? 'it does not say why'}`;
      return able ? [] : [warn('NO RESERVE', sentence)];
    }
  }
}

/** Cards and heartbeat links; not those of which the cause is said already. */
function media({ cluster, interfaces, group }: Status): Fault[] {
  const used = new Set([
    ...group.map((one) => one.interface),
    ...cluster.links.map(({ name }) => linkParts(name).device),
  ]);
  const cut = interfaces.filter(({ name, up, carrier }) => used.has(name) && !(up && carrier));
  const isCut = (device: string): boolean => cut.some(({ name }) => name === device);
  const isGone = cluster.peer.state === 'dead' || cluster.peer.state === 'left';
  return [
    ...cut.map(({ name, up }) => fault('LINK LOST', `${name} ${up ? 'has no carrier' : 'is down'}`)),
    ...cluster.links.flatMap(({ name, state, fault: own }) => {
      if (own !== null) return [fault('LINK LOST', `${name}: ${own}`)];
      if (state !== 'silent' || isGone || isCut(linkParts(name).device)) return [];
      return [fault('LINK LOST', `${name} is silent`)];
    }),
  ];
}

function servers({ services }: Status): Fault[] {
  const names = services.flatMap((one) =>
    one.servers.filter((server) => server.health === 'down' && orderOf(server) === null),
  );
  return [...new Set(names.map(({ name }) => name))].map((name) =>
    fault('SERVER DOWN', `${name} does not answer as it should`),
  );
}

function surroundings({ cluster }: Status): Fault[] {
  const { pings, watchdog, fencing } = cluster;
  return [
    ...pings
      .filter(({ reachable }) => !reachable)
      .map(({ name }) => fault('PING LOST', `${name} is not reached`)),
    ...(watchdog?.fault == null ? [] : [fault('WATCHDOG FAULT', watchdog.fault)]),
    ...(fencing === 'failed' ? [fault('FENCING FAILED', 'The peer could not be switched off yet')] : []),
  ];
}

const DIFFERENCE: Readonly<Record<Mismatch['what'], string>> = {
  version: 'UPGRADING',
  configuration: 'CONFIG DIFFERS',
  'preferred node': 'NODES DIFFER',
  'real servers': 'SERVERS DIFFER',
};

/** Different versions are what a pair has in the middle of an upgrade, and should not have for long. */
function differences({ cluster }: Status): Fault[] {
  const { mismatches, peer: other } = cluster;
  return mismatches.map(({ what, own: here, peers }) =>
    warn(DIFFERENCE[what], `${what}: ${here} here, ${peers} on ${other.name}`),
  );
}

function orders({ cluster }: Status): Fault[] {
  return [
    ...(cluster.maintenance
      ? [warn('MAINTENANCE', 'This box takes nothing until: understudy maintenance off')]
      : []),
    ...(cluster.dampedUntilMs === null
      ? []
      : [warn('DAMPED', 'After many moves, this box leaves the group to the other')]),
  ];
}

/**
 * I2: once faults stop, exactly one owner within the bound, and then no more changes, auto_failback aside; the IPVS tables
 * hold what the servers' health and the operators' orders say, which are the same on both; clients are served; maintenance
 * is what the operator was told.
 */

import { DAMPING_MAX_MS } from '../../src/cluster/damping';
import { type IpvsService, serviceName } from '../../src/director/table';
import { retryMs } from './bounds';
import type { Box } from './box';
import type { World } from './world';

/** How long the pair must stay as it is: deadtimes. */
const REST_DEADTIMES = 3;
/** Most seeds do not wait for the bound when all is well before: that is where most of the time would go. */
const PATIENT_SHARE = 0.1;
/** By then each box has the orders of the other one. */
const ORDERS_MS = 6_000;

export function judgeRest(world: World): void {
  const { clock, config, random, judge } = world;
  const restMs = REST_DEADTIMES * config.heartbeat.deadtimeMs;
  const boundMs = clock.nowMs + settleMs(world);
  if (random.chance(PATIENT_SHARE)) world.runUntil(boundMs);
  while (clock.nowMs + restMs < boundMs)
    if (complaint(world) === null && restsFor(world, restMs)) return;
    else if (complaint(world) !== null) world.runUntil(clock.nowMs + restMs);
  world.runUntil(boundMs);
  waitForDamping(world);
  const wrong = complaint(world);
  if (wrong !== null) judge.fail('I2', wrong);
  if (!restsFor(world, restMs)) judge.fail('I2', 'the pair does not come to rest');
}

/** Whether nothing changes for so long, and every request is answered. */
function restsFor(world: World, restMs: number): boolean {
  const { clock, site, judge } = world;
  const [startMs, lost] = [clock.nowMs, site.lost];
  world.runUntil(startMs + restMs);
  return (
    judge.movedMs <= startMs &&
    complaint(world) === null &&
    (site.lost === lost || owners(world).length === 0 || serving(world, owners(world)[0]!).size === 0)
  );
}

function settleMs(world: World): number {
  const { settleMs: plainMs, balanceMs, releaseRetryMs } = world.judge.bounds;
  const extraMs = retryMs(world.refusals('add')) + world.refusals('delete') * releaseRetryMs;
  const orderedMs = world.ordered ? ORDERS_MS : 0;
  return (world.refusals('ipvs') > 0 ? Math.max(plainMs, balanceMs) : plainMs) + extraMs + orderedMs;
}

/** The preferred box may still have to wait for what it did before. */
function waitForDamping(world: World): void {
  const { clock, judge, config } = world;
  const preferred = preferredOf(world);
  const untilMs = preferred.status?.dampedUntilMs ?? null;
  if (untilMs === null || config.heartbeat.autoFailback === 'off') return;
  const waitMs = preferred.machine.worldDuration(untilMs - preferred.machine.localMs);
  if (waitMs > preferred.machine.worldDuration(DAMPING_MAX_MS))
    judge.fail('I2', `${preferred.name} waits for ${waitMs.toFixed(0)} ms because it flapped`);
  const { noticeMs, takeoverMs, listenMs } = judge.bounds;
  world.runUntil(clock.nowMs + waitMs + noticeMs + takeoverMs + listenMs);
}

/** What is not as it should be, in one sentence, or null. */
function complaint(world: World): string | null {
  const { boxes } = world;
  return (
    ownership(world) ??
    network(world, boxes[0]) ??
    network(world, boxes[1]) ??
    balance(world, boxes[0]) ??
    balance(world, boxes[1]) ??
    orders(world) ??
    world.judge.memory.complaint(boxes[0]) ??
    world.judge.memory.complaint(boxes[1])
  );
}

function owners({ boxes }: World): readonly Box[] {
  return boxes.filter((box) => box.holdsAny);
}

function ownership(world: World): string | null {
  const { boxes, config, judge } = world;
  const [owner, second] = owners(world);
  const willing = boxes.filter(({ status }) => status?.maintenance === false);
  if (second !== undefined) return 'both boxes hold the group';
  if (owner === undefined)
    return willing.length === 0 ? null : `nobody holds the group, and ${willing[0]!.name} could`;
  if (!owner.holdsAll) return `${owner.name} holds only a part of the group`;
  if (willing.length === 1 && owner !== willing[0])
    return `${owner.name} is in maintenance and still holds the group`;
  const preferred = preferredOf(world);
  const returns = config.heartbeat.autoFailback !== 'off' && willing.includes(preferred);
  if (returns && owner !== preferred && !judge.ordered && world.refusals('add') === 0)
    return `${preferred.name}, which is preferred, did not get the group back`;
  return null;
}

function preferredOf({ boxes, config }: World): Box {
  return boxes.find(({ name }) => name === config.group.preferred)!;
}

/** The addresses of the configuration and no others; of the group's all or none. Own ones are tried once only. */
function network(world: World, { machine, name, holdsAny }: Box): string | null {
  const { nodes, group } = world.config;
  if (world.refusals('add') + world.refusals('delete') > 0) return null;
  for (const { socket, addresses } of machine.kernel.cards) {
    const own = nodes[machine.number]!.interfaces.find((one) => one.name === socket.name)!.addresses;
    const groups = socket.name === 'eth0' ? group.vips : group.gateways;
    const wanted = [...own, ...(holdsAny ? groups : [])].sort().join(', ');
    const are = [...addresses].sort().join(', ');
    if (are !== wanted) return `${name}'s ${socket.name} has ${are || 'nothing'}, and should have ${wanted}`;
  }
  return null;
}

/** Addresses of the servers that live, and that no operator has taken out, as that box knows. */
function serving({ site, config }: World, { disabled }: Box): ReadonlySet<string> {
  const configured = new Set(config.services.flatMap(({ servers }) => servers.map(({ address }) => address)));
  const alive = site.servers
    .filter((server) => server.alive && configured.has(server.address))
    .map(({ address }) => address);
  return new Set(alive.filter((address) => !disabled.some((name) => name.startsWith(`${address}:`))));
}

function orders({ boxes }: World): string | null {
  const [a, b] = boxes.map(({ disabled }) => [...disabled].sort().join(', '));
  return a === b ? null : `A has ${a || 'no server'} disabled, and B ${b || 'none'}`;
}

/** Both boxes balance over the servers that live, also the one that waits. */
function balance(world: World, box: Box): string | null {
  const { machine, name } = box;
  const text = (services: readonly IpvsService[]): string =>
    services
      .map((service) => {
        const { scheduler, destinations } = service;
        const servers = destinations.map((server) => `${server.address} ${server.weight} ${server.method}`);
        return `${serviceName(service)} ${scheduler} to ${servers.sort().join(', ')}`;
      })
      .join('; ');
  const alive = serving(world, box);
  const wanted = world.config.services.map(({ servers, ...service }) => ({
    ...service,
    destinations: servers.filter(({ address }) => alive.has(address)),
  }));
  const [is, should] = [text(machine.kernel.ipvs.table()), text(wanted)];
  return is === should ? null : `${name} balances ${is || 'nothing'}, and should ${should}`;
}

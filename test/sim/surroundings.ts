/** What a supervisor can reach from its box: links, networks, web servers, ping nodes, programs. Judges nothing. */

import type { Role } from '../../src/cluster/types';
import type { HeartbeatLink } from '../../src/config/config';
import type { ExchangeReply, LinkHandler, LinkPort, Result } from '../../src/host/host';
import { FENCE_MAX_MS } from './bounds';
import type { Box, Run } from './box';
import type { Outcome, Surroundings } from './host';
import { HELPER, mediumOf, STONITH } from './setting';
import type { World } from './world';

/** A device or interface that is not there is tried again after. */
const OPEN_AGAIN_MS = 1_000;
const OPEN_MAX_MS = 2;
const PROGRAM_MAX_MS = 20;
const ROUND_TRIP_MAX_MS = 3;

const GOOD_REPLY: Result<ExchangeReply> = {
  ok: true,
  value: {
    bytes: Uint8Array.from('HTTP/1.0 200 OK\r\n\r\n', (letter) => letter.charCodeAt(0)),
    end: 'closed',
  },
};
const REFUSED: Result<ExchangeReply> = { ok: false, error: 'connection refused' };
/** `role-active` and the like: what the supervisor logs when its role changes. */
const ROLE_EVENT = 'role-';

export function surroundingsOf(world: World, box: Box, run: Run): Surroundings {
  const { machine } = box;
  const { random } = machine;
  const roundTrip = <T>(value: T): Outcome<T> => ({ value, afterMs: random.between(0.3, ROUND_TRIP_MAX_MS) });
  return {
    openLink: (link, handler) => openLink(world, box, run, link, handler),
    transmit: (card, frame) => world.site.transmit(machine.kernel.card(card), frame, world.clock.nowMs),
    request: (address) => {
      const server = world.site.servers.find((one) => one.address === address);
      if (server === undefined || !machine.kernel.card('eth1').passes) return null;
      if (server.alive) return roundTrip(GOOD_REPLY);
      return server.refuses ? roundTrip(REFUSED) : null;
    },
    ping: (host) => {
      const reachable =
        machine.kernel.card('eth0').passes && !world.site.unreachable[machine.number].has(host);
      return reachable ? roundTrip(null) : null;
    },
    program: ([name], ended) => {
      if (name === HELPER) return;
      const isSwitch = name === STONITH;
      machine.later(random.spread(1, isSwitch ? 0.95 * FENCE_MAX_MS : PROGRAM_MAX_MS), () =>
        ended(isSwitch ? cutPower(world, box) : 0),
      );
    },
    logged: (_level, event, sentence, values) => {
      if (event.startsWith(ROLE_EVENT)) {
        box.role = values.role as Role;
        machine.changed();
        world.note(box, sentence);
        if (box.role === 'acquiring') world.judge.takes(box, sentence);
        if (box.role === 'releasing') world.judge.releases(box, sentence);
      } else world.note(box, sentence);
    },
  };
}

/** @returns the exit status of the power switch's program */
function cutPower(world: World, box: Box): number {
  const { number } = box.machine;
  if (!world.switchWorks[number]) {
    world.note(box, 'the power switch does not obey');
    world.judge.fenced(box, false);
    return 1;
  }
  const peer = world.peer(box);
  world.note(box, `the power switch cuts ${peer.name} off, and on again`);
  world.judge.fenced(box, true);
  peer.losePower();
  peer.boot();
  return 0;
}

function openLink(world: World, box: Box, run: Run, link: HeartbeatLink, handler: LinkHandler): LinkPort {
  const { machine } = box;
  const medium = mediumOf(link);
  const baud = link.kind === 'serial' ? link.baud : null;
  let closed = false;
  const open = (): void => {
    if (closed) return;
    if (link.kind !== 'serial' && !machine.kernel.card(link.interface).up) {
      run.life.later(OPEN_AGAIN_MS, open);
      handler.onState(`${link.interface} is down`);
      return;
    }
    run.handlers.set(medium, { link, handler });
    machine.changed();
    handler.onState(null);
  };
  const isOpen = (): boolean => run.handlers.get(medium)?.handler === handler;
  run.life.later(machine.random.between(0, OPEN_MAX_MS), open);
  const send = (frame: Uint8Array): void => {
    run.life.operation();
    if (isOpen()) world.send(box, run, medium, frame, baud);
  };
  return {
    send,
    sendAside: (frame) => {
      run.life.operation();
      if (isOpen()) world.sendAside(box, medium, frame, baud);
    },
    close: () => {
      closed = true;
      if (isOpen()) run.handlers.delete(medium);
      machine.changed();
    },
  };
}

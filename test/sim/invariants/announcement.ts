/** I4: the ARP caches of clients and real servers point to a lone owner that runs, within the bound. */

import { macText } from '../arp';
import type { Bounds } from '../bounds';
import { CARDS } from '../card';
import type { Facts, Judge } from '../judge';
import type { World } from '../world';

/** Hosts with the same habit towards updates. */
class Crowd {
  /** One of them has been wrong about a lone owner since then. */
  sinceMs: number | null = null;
  who = '';
  /** Announcements to them may have been lost unseen: only the refresh helps. */
  missed = false;

  constructor(readonly hasLocktime: boolean) {}
}

export class Announcement {
  readonly #crowds = [new Crowd(false), new Crowd(true)];
  readonly #bounds: Bounds;

  constructor(
    private readonly judge: Judge,
    private readonly world: World,
  ) {
    this.#bounds = judge.bounds;
  }

  update({ holdsAll, holdsAny, awake }: Facts, nowMs: number): void {
    const owner = holdsAll[0] && !holdsAny[1] ? 0 : holdsAll[1] && !holdsAny[0] ? 1 : null;
    const box = owner !== null && awake[owner] ? this.world.boxes[owner] : null;
    const sleeps = owner !== null && box === null;
    const { site, machines } = this.world;
    const loses =
      site.loss > 0 || machines.some(({ kernel }) => kernel.cards.some(({ socket }) => socket.dead));
    for (const crowd of this.#crowds) {
      const who = box === null ? null : this.#mistaken(box.machine.number, crowd.hasLocktime);
      crowd.sinceMs = who === null ? null : (crowd.sinceMs ?? nowMs);
      crowd.who = who ?? '';
      crowd.missed = loses || (crowd.missed && (who !== null || sleeps));
    }
  }

  check(nowMs: number): void {
    for (const { sinceMs, hasLocktime, who, missed } of this.#crowds) {
      if (sinceMs === null) continue;
      const { announceMs, refreshMs, locktimeMs } = this.#bounds;
      const wrongMs = nowMs - Math.max(sinceMs, this.judge.disturbedMs);
      const connectedMs = nowMs - Math.max(nowMs - wrongMs, this.judge.overlap.connectedSinceMs ?? nowMs);
      const extraMs = hasLocktime ? locktimeMs : 0;
      if ((!missed && connectedMs > announceMs + extraMs) || wrongMs > refreshMs + extraMs)
        this.judge.fail('I4', `${who} has not known the owner for ${wrongMs.toFixed(1)} ms`);
    }
  }

  /** A host that points elsewhere, or null. Through a card that passes nothing nobody can be told. */
  #mistaken(owner: 0 | 1, hasLocktime: boolean): string | null {
    for (const name of CARDS) {
      const card = this.world.machines[owner].kernel.card(name);
      if (!card.passes) continue;
      const mac = macText(card.socket.mac);
      for (const host of this.world.site.hosts(name))
        if (host.habit.locktimeMs > 0 === hasLocktime && host.cached !== null && host.cached !== mac)
          return `a ${host.name}`;
    }
    return null;
  }
}

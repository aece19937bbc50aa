/**
 * The operator's commands, as Linux-HA's hb_standby and hb_takeover have them: which order waits to be carried out,
 * and the one clear sentence that answers each. Owns the order; the ownership table decides what it comes to.
 */

import type { Hindrance } from './beat';
import { BECAUSE } from './health';
import { ahead, LONG_AGO_MS, NEVER_MS } from './instants';
import type { Command, Role, Scope } from './types';

/** What the operator wants and has not got yet. */
export type Order = 'none' | 'standby' | 'takeover' | 'shutdown';

/** An operator's order that the peer did not grant by then is given up. */
const ORDER_LIMIT_MS = 10_000;

/** What the answer to a command rests on. */
export interface View {
  readonly peer: string;
  /** This box is the preferred one by its configuration. */
  readonly preferred: boolean;
  readonly role: Role;
  readonly maintenance: boolean;
  /** Why this box cannot take the group even if the operator wants it. */
  readonly hindrance: Hindrance | null;
  /** It reaches fewer ping nodes than its peer, and would have to give the group back at once. */
  readonly worse: boolean;
  readonly peerLives: boolean;
  readonly peerHindrance: Hindrance | null;
  /** The peer is not heard, and must be switched off before this box takes the group. */
  readonly mustFence: boolean;
}

export interface Answer {
  readonly accepted: boolean;
  readonly sentence: string;
}

export class Orders {
  pending: Order = 'none';
  #untilMs = LONG_AGO_MS;

  get leaving(): boolean {
    return this.pending === 'shutdown';
  }

  give(order: Exclude<Order, 'none'>, nowMs: number): void {
    this.pending = order;
    this.#untilMs = order === 'shutdown' ? NEVER_MS : nowMs + ORDER_LIMIT_MS;
  }

  /** This box has taken, or let go of, the group. A shutdown goes on. */
  done(): void {
    if (!this.leaving) this.pending = 'none';
  }

  /** @param fencing the peer is being switched off, which may take its time. @returns the order that was given up */
  expire(fencing: boolean, nowMs: number): Order | null {
    if (this.pending === 'none' || fencing || nowMs < this.#untilMs) return null;
    const order = this.pending;
    this.pending = 'none';
    return order;
  }

  nextMs(nowMs: number): number {
    return ahead(this.#untilMs, nowMs);
  }
}

/** What a command comes to. Every command has exactly one answer. */
export function answer(command: Command, view: View): Answer {
  if (command.name === 'shutdown') return accepted(shutdown(view));
  if (isLeaving(view)) return refused('this box is shutting down');
  if (command.name === 'maintenance') return accepted(maintenance(command.on, view));
  const scope = wrongScope(command.scope, view);
  if (scope !== null) return refused(scope);
  return command.name === 'standby' ? standby(view) : takeover(view);
}

function shutdown(view: View): string {
  if (isLeaving(view)) return 'this box is shutting down already';
  if (!holds(view)) return 'this box leaves the cluster';
  if (peerCan(view)) return `this box hands the group over to ${view.peer} and leaves the cluster`;
  return `this box lets the group go and leaves the cluster, and ${peerCannot(view)}`;
}

function maintenance(on: boolean, view: View): string {
  if (!on) return view.maintenance ? 'this box may take the group again' : 'this box is not in maintenance';
  if (!holds(view)) return 'this box is in maintenance: it takes nothing until that is ended';
  if (peerCan(view)) return `this box is in maintenance and hands the group over to ${view.peer}`;
  return `this box is in maintenance and keeps the group until ${view.peer} can take it: ${peerCannot(view)}`;
}

/** hb_standby and hb_takeover: `local` is what prefers this box, `foreign` what prefers the other one. */
function wrongScope(scope: Scope, { preferred, peer }: View): string | null {
  if (scope === 'local' && !preferred) return `the group is not local here: it prefers ${peer}`;
  if (scope === 'foreign' && preferred) return 'the group is not foreign here: it prefers this box';
  return null;
}

function standby(view: View): Answer {
  if (view.role === 'acquiring') return refused('this box is still taking the group');
  if (view.role !== 'active') return refused('this box does not hold the group');
  if (!peerCan(view)) return refused(`nobody would hold the group: ${peerCannot(view)}`);
  return accepted(`this box hands the group over to ${view.peer}`);
}

function takeover(view: View): Answer {
  const { peer, hindrance } = view;
  if (holds(view)) return refused('this box holds the group already');
  if (hindrance !== null) return refused(`this box cannot take the group: ${BECAUSE[hindrance]}`);
  if (view.worse) return refused(`this box reaches fewer ping nodes than ${peer}`);
  if (view.peerLives) return accepted(`this box asks ${peer} for the group`);
  if (view.mustFence) return accepted(`this box switches ${peer} off, and then takes the group`);
  return accepted('this box takes the group');
}

function holds({ role }: View): boolean {
  return role === 'acquiring' || role === 'active';
}

function isLeaving({ role, hindrance }: View): boolean {
  return hindrance === 'leaving' || role === 'leaving' || role === 'stopped';
}

function peerCan({ peerLives, peerHindrance }: View): boolean {
  return peerLives && peerHindrance === null;
}

function peerCannot({ peer, peerLives, peerHindrance }: View): string {
  if (!peerLives) return `${peer} is not alive`;
  return `${peer} cannot take it, for ${BECAUSE[peerHindrance ?? 'other']}`;
}

function accepted(sentence: string): Answer {
  return { accepted: true, sentence };
}

function refused(sentence: string): Answer {
  return { accepted: false, sentence };
}

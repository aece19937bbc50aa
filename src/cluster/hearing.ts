/**
 * What this box hears: frames of all links go in, the peer's and the links' liveness come out, with the log lines
 * that people want of it. It decides nothing about the resource group.
 */

import { Acknowledger } from './acknowledger';
import type { Ack, Beat } from './beat';
import { ahead } from './instants';
import { Link } from './link';
import { Peer } from './liveness';
import type { Outbox } from './outbox';
import type { Boot, ClassicMessage, ClusterConfig, LinkStatus } from './types';
import type { Voice } from './voice';

export class Hearing {
  readonly peer: Peer;
  readonly counters = {
    heard: 0,
    copies: 0,
    replays: 0,
    refused: 0,
    lateBeats: 0,
    peerDeaths: 0,
  };
  readonly acknowledger: Acknowledger;
  readonly #config: ClusterConfig;
  #links: readonly Link[];
  readonly #outbox: Outbox;
  readonly #voice: Voice;

  constructor(config: ClusterConfig, boot: Boot, outbox: Outbox, voice: Voice) {
    this.#config = config;
    this.#outbox = outbox;
    this.#voice = voice;
    this.acknowledger = new Acknowledger(outbox);
    this.peer = new Peer(boot.nowMs, config.initdeadMs);
    this.#links = config.links.map((name) => new Link(name, boot.nowMs + config.initdeadMs));
  }

  /** @returns the beat when it is news of the peer, and whether the peer was gone before or has restarted; else null */
  hear(index: number, beat: Beat, nowMs: number): { readonly beat: Beat; readonly back: boolean } | null {
    if (beat.src !== this.#config.peer) {
      this.refuse(index, 'stranger', strangeness(beat.src, this.#config.node), nowMs);
      return null;
    }
    const link = this.#link(index);
    const own = this.#voice.own;
    const freshness = this.peer.judge(beat, own);
    if (freshness === 'old' || freshness === 'unproven') {
      this.counters.replays++;
      if (freshness === 'unproven') this.#unproven(link, beat, nowMs);
      return null;
    }
    const news = freshness === 'new' ? { beat, back: this.#news(beat, own, nowMs) } : null;
    const before = link.state;
    if (!link.hear(beat, nowMs)) this.counters.replays++;
    else if (freshness === 'copy') this.counters.copies++;
    if (before === 'silent' && link.state === 'up') {
      this.#outbox.log('info', 'link-up', `${beat.src} is heard on ${link.name} again`, { link: link.name });
    }
    return news;
  }

  refuse(index: number, event: string, sentence: string, nowMs: number): void {
    const link = this.#link(index);
    link.refused++;
    this.counters.refused++;
    this.#outbox.complain(link.name, event, sentence, nowMs);
  }

  /** A message of a heartbeat 3.0.6: no news of the peer. */
  hearClassic(index: number, message: ClassicMessage, nowMs: number): void {
    if (message.src !== this.#config.peer) {
      this.refuse(index, 'stranger', strangeness(message.src, this.#config.node), nowMs);
      return;
    }
    const link = this.#link(index);
    link.classic++;
    this.acknowledger.hear(message);
    const sentence = `${message.src} runs a Linux-HA heartbeat, which cannot hold the group together with this box`;
    this.#outbox.complain(link.name, 'classic-peer', sentence, nowMs);
  }

  setFault(index: number, fault: string | null): void {
    const link = this.#link(index);
    if (link.fault === fault) return;
    link.fault = fault;
    const values = { link: link.name };
    if (fault === null) this.#outbox.log('info', 'link-works', `${link.name} works`, values);
    else this.#outbox.log('error', 'link-fault', `${link.name} does not work: ${fault}`, values);
  }

  /** The configuration has changed. Links that it had before go on, at their new places. */
  change(nowMs: number): void {
    const { links, initdeadMs } = this.#config;
    const left = [...this.#links];
    this.#links = links.map((name) => {
      const at = left.findIndex((link) => link.name === name);
      return at < 0 ? new Link(name, nowMs + initdeadMs) : left.splice(at, 1)[0]!;
    });
    this.peer.initdeadMs = initdeadMs;
  }

  /** Lets time pass. @returns true when the peer has just died */
  expire(nowMs: number): boolean {
    const { peer, warntimeMs, deadtimeMs } = this.#config;
    const died = this.peer.expire(warntimeMs, nowMs) === 'dead';
    if (died) {
      this.counters.peerDeaths++;
      const lastHeardMs = this.peer.lastHeardMs;
      this.#outbox.log('error', 'peer-dead', `${peer} is dead: silent on all links`, { lastHeardMs });
    }
    for (const link of this.#links) {
      if (!link.expire(this.peer, this.peer.beat?.deadtimeMs ?? deadtimeMs, nowMs)) continue;
      this.#outbox.log('warn', 'link-silent', `${peer} is not heard on ${link.name}`, { link: link.name });
    }
    return died;
  }

  nextMs(nowMs: number): number {
    const { peer } = this;
    return Math.min(
      ahead(peer.deadAtMs(), nowMs),
      ahead(peer.lateAtMs(this.#config.warntimeMs), nowMs),
      ahead(peer.listenUntilMs, nowMs),
    );
  }

  get links(): readonly LinkStatus[] {
    return this.#links.map((link) => link.status());
  }

  /** The answer acknowledges this beat, so that its sender, if it is really there, can prove that it is. */
  #unproven(link: Link, beat: Beat, nowMs: number): void {
    this.#voice.answerSoon();
    if (!this.peer.suspect(beat, nowMs)) return;
    // Any peer that restarts is unproven for a moment.
    if (nowMs - (this.peer.suspectedSinceMs ?? nowMs) < this.#config.deadtimeMs) return;
    const sentence = `${beat.src} holds the group and does not hear this box, which waits`;
    this.#outbox.complain(link.name, 'one-way', sentence, nowMs);
  }

  /** @returns whether the peer was gone before, if only for a restart, and is there now */
  #news(beat: Beat, own: Ack, nowMs: number): boolean {
    const { lastHeardMs } = this.peer;
    const newSession = this.peer.beat?.session !== beat.session;
    const before = this.peer.hear(beat, own, nowMs);
    this.counters.heard++;
    if (newSession) this.#voice.answerNow(nowMs);
    if (before === 'late') {
      this.counters.lateBeats++;
      const silentMs = nowMs - (lastHeardMs ?? nowMs);
      const sentence = `Late heartbeat: ${beat.src} was silent for ${Math.round(silentMs)} ms`;
      this.#outbox.seldom('warn', 'late-heartbeat', sentence, nowMs, { silentMs });
    }
    if (this.peer.state === 'left') {
      if (before !== 'left') this.#outbox.log('info', 'peer-left', `${beat.src} has left the cluster`);
      return false;
    }
    if (before === 'alive' || before === 'late') return newSession;
    this.#outbox.log('info', 'peer-alive', `${beat.src} is alive`, { before, restarted: newSession });
    return true;
  }

  #link(index: number): Link {
    const link = this.#links[index];
    if (link === undefined) throw new RangeError(`there is no link ${index}`);
    return link;
  }
}

function strangeness(src: string, node: string): string {
  return src === node
    ? `another box calls itself ${src}, as this one does`
    : `a frame came from ${src}, which is not in the configuration`;
}

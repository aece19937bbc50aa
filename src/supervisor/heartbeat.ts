/**
 * This box's side of the heartbeat: what the cluster core says is signed and goes out on all links, and what comes in by
 * them becomes its events. Owns links and keys, also while they change; decides nothing about the cluster.
 */

import type { Beat } from '../cluster/beat';
import type { Letter } from '../cluster/letter';
import { type EventSink, type LetterSink, Receiver } from '../cluster/receiver';
import { Sender } from '../cluster/sender';
import { linkName } from '../cluster/setup';
import type { ClassicMessage, ClusterEvent } from '../cluster/types';
import type { AuthConfig, HeartbeatLink } from '../config/config';
import type { Cancellable, Host } from '../host/host';
import { LinkSet } from './link-set';
import type { Done } from './turns';

/** How often it is looked whether former links are needed no more. */
const OVERLAP_LOOK_MS = 500;

type HeartbeatHost = Pick<Host, 'clock' | 'mac' | 'texts' | 'openLink' | 'log'>;

export interface HeartbeatHandler {
  onEvent(event: ClusterEvent): void;
  onLetter(letter: Letter): void;
  /** @returns whether the peer is heard on a link now, by its number */
  isHeardOn(link: number): boolean;
}

export class Heartbeat {
  private readonly sender: Sender;
  private receiver: Receiver | null = null;
  private readonly links: LinkSet;
  /** Looks whether the peer is heard on the configured links. */
  private overlap: Cancellable | null = null;

  constructor(
    private readonly host: HeartbeatHost,
    links: readonly HeartbeatLink[],
    private auth: AuthConfig,
    private readonly handler: HeartbeatHandler,
  ) {
    this.sender = new Sender(auth, host.mac, host.texts);
    const onEvent: EventSink = (event) => handler.onEvent(event);
    const onLetter: LetterSink = (letter) => handler.onLetter(letter);
    this.links = new LinkSet(host, links, {
      onData: (link, bytes) => this.receiver?.receive(link, bytes, onEvent, onLetter) ?? 0,
      onState: (link, fault) => handler.onEvent({ type: 'link-state', link, fault }),
    });
  }

  /** Of the links, by their numbers. */
  get names(): readonly string[] {
    return this.links.links.map(linkName);
  }

  /** @param session of this run */
  join(session: number): void {
    const { mac, texts } = this.host;
    this.receiver = new Receiver(this.links.kinds, session, this.auth, mac, texts);
  }

  open(wanted: (link: HeartbeatLink) => boolean): void {
    this.links.open(wanted);
  }

  /** @param acknowledged see `Sender.short` */
  beat(beat: Beat, acknowledged: number): void {
    const frame = this.sender.frame(beat, this.wallSeconds());
    this.links.send(frame, () => this.sender.short(acknowledged));
  }

  acknowledge(message: ClassicMessage): void {
    const frame = this.sender.acknowledgement(message, this.wallSeconds());
    if (frame !== null) this.links.send(frame);
  }

  /** Sends a letter aside of the beats. @throws RangeError where it is longer than a frame may be */
  letter(letter: Letter): void {
    this.links.sendAside(this.sender.letter(letter));
  }

  /** Goes over to other keys, between two beats. */
  rekey(auth: AuthConfig): void {
    if (JSON.stringify(auth) === JSON.stringify(this.auth)) return;
    this.sender.setAuth(auth);
    this.receiver?.setAuth(auth);
    this.auth = auth;
    const ids = auth.keys.map(({ id }) => id).join(', ');
    this.host.log('info', 'rekeyed', `heartbeat keys are now ${ids}; number ${auth.signWith} signs`);
  }

  /**
   * Goes over to other links. While the peer is heard on none of them, former ones stay open beside: see `LinkSet`.
   * @param changed told each time that the numbers of links have changed, before a new one is opened
   */
  relink(wanted: readonly HeartbeatLink[], changed: () => void): void {
    this.overlap?.cancel();
    this.overlap = null;
    const open = this.wantedNow(wanted);
    const from = this.links.change(open);
    this.receiver?.relink(this.links.kinds, from);
    changed();
    this.links.open(() => true);
    if (open.length > wanted.length) this.endOverlap(wanted, changed);
  }

  private endOverlap(wanted: readonly HeartbeatLink[], changed: () => void): void {
    this.overlap = this.host.clock.after(OVERLAP_LOOK_MS, () => {
      if (this.wantedNow(wanted).length < this.links.links.length) this.relink(wanted, changed);
      else this.endOverlap(wanted, changed);
    });
  }

  private wantedNow(wanted: readonly HeartbeatLink[]): readonly HeartbeatLink[] {
    return this.links.beside(wanted, (link) => this.handler.isHeardOn(link));
  }

  /** Waits for what becomes of links that were just opened. */
  awaitVerdicts(done: Done): void {
    this.links.awaitVerdicts(done);
  }

  /** Keeps off a serial device. @returns what takes it up again */
  lend(device: string): () => void {
    return this.links.lend(device);
  }

  private wallSeconds(): number {
    return Math.floor(this.host.clock.wall() / 1000);
  }
}

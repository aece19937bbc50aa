/**
 * What this box and its peer write to each other, about their configurations and about operators' orders: those who know
 * what to write on a clock, and their letters on the links. Decides nothing; whoever is told of another configuration puts
 * it into force.
 */

import type { Letter } from '../cluster/letter';
import { toBytes } from '../cluster/message';
import { utf8 } from '../cluster/signature';
import type { AuthConfig } from '../config/config';
import { Follower, type Outcome } from '../following/follower';
import type { Common, Edition } from '../following/relation';
import { Sealing } from '../following/sealing';
import type { Host } from '../host/host';

const TICK_MS = 250;
/** Makes the digest of a configuration another one than that of anything else. */
const LABEL = toBytes('understudy configuration');

export interface Post {
  /** Own session, and that of a peer that is there. */
  sessions(): { readonly own: number; readonly peer: number | null };
  send(letter: Pick<Letter, 'to' | 'sequence' | 'words'>): void;
  /** The peer has another configuration, which this box is to have too. */
  onFollow(edition: Edition): void;
  /** What the peer says of the one that this box has: null when it has it too, else why it cannot have it. */
  onFollowed(why: string | null): void;
  /** To be kept over a loss of power. */
  onCommon(common: Common): void;
}

/** Who else writes letters: following/order-exchange.ts. */
export interface Writer {
  meet(): void;
  tick(nowMs: number): readonly string[] | null;
  hear(words: readonly string[], nowMs: number): readonly string[] | null;
}

export class Correspondence {
  private readonly follower: Follower;
  private readonly sealing: Sealing;
  private sent = 0;
  /** The newest letter that was heard, of one session of the peer. */
  private heard = { session: 0, sequence: 0 };
  private toldImpossible = false;
  /** Session of the peer that was there last. */
  private met: number | null = null;

  /** @param common as it was kept */
  constructor(
    private readonly host: Pick<Host, 'clock' | 'log' | 'mac' | 'random'>,
    auth: AuthConfig,
    common: Common | null,
    private readonly post: Post,
    private readonly orders: Writer,
  ) {
    this.sealing = new Sealing(host, auth);
    this.follower = new Follower((text) => this.digest(text), this.sealing, common);
  }

  /** The boxes can follow each other at all. */
  get isPossible(): boolean {
    return this.sealing.isPossible;
  }

  get peerRevision(): number {
    return this.follower.peerRevision;
  }

  start(): void {
    this.host.clock.after(TICK_MS, () => {
      this.start();
      this.tick();
    });
  }

  private tick(): void {
    const { peer } = this.post.sessions();
    if (peer !== this.met && peer !== null) this.orders.meet();
    this.met = peer;
    if (peer === null || !this.isPossible) return;
    const nowMs = this.host.clock.now();
    this.say(this.follower.tick(nowMs), peer);
    this.say(this.orders.tick(nowMs), peer);
  }

  setAuth(auth: AuthConfig): void {
    this.sealing.setAuth(auth);
  }

  /** What this box has from now on. @param byOperator as Follower has it */
  setOwn(edition: Edition | null, byOperator: boolean): void {
    this.follower.setOwn(edition, byOperator);
    this.obey();
    if (this.isPossible || this.toldImpossible) return;
    this.toldImpossible = true;
    const sentence =
      'The key that signs heartbeats is crc, which proves nothing: the other box does not follow commits and orders; give them on both';
    this.host.log('warn', 'cannot-follow', sentence);
  }

  /** As Follower has it. */
  insist(): boolean {
    const has = this.follower.insist();
    this.obey();
    return has;
  }

  /** What was to be followed could not be put into force. */
  refuse(edition: Edition, why: string): void {
    const { peer } = this.post.sessions();
    const words = this.follower.refuse(edition, why);
    if (peer !== null) this.say(words, peer);
  }

  /** Takes a letter whose signature is right; one that is old, or not between these very sessions, is dropped. */
  hear({ session, to, sequence, words }: Letter): void {
    const { own, peer } = this.post.sessions();
    if (to !== own || peer !== session || !this.isPossible) return;
    if (session === this.heard.session && sequence <= this.heard.sequence) return;
    this.heard = { session, sequence };
    const nowMs = this.host.clock.now();
    this.say(this.follower.hear(words, nowMs), peer);
    this.say(this.orders.hear(words, nowMs), peer);
    this.obey();
  }

  private obey(): void {
    for (const outcome of this.follower.take()) this.carryOut(outcome);
  }

  private carryOut(outcome: Outcome): void {
    switch (outcome.type) {
      case 'log':
        this.host.log('warn', outcome.event, outcome.sentence);
        break;
      case 'follow':
        this.post.onFollow(outcome);
        break;
      case 'common':
        this.post.onCommon(outcome.common);
        break;
      default:
        this.post.onFollowed(outcome.type === 'agreed' ? null : outcome.why);
    }
  }

  private say(words: readonly string[] | null, to: number): void {
    if (words === null) return;
    this.sent += 1;
    this.post.send({ to, sequence: this.sent, words });
  }

  private digest(text: string): string {
    const bytes = this.host.mac.hmac('sha256', LABEL, utf8(text));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

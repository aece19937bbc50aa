/**
 * What this box and its peer write to each other about their configurations: the follower on a clock, and its letters on the
 * links. Decides nothing; whoever is told of a newer configuration puts it into force.
 */

import type { Letter } from '../cluster/letter';
import { toBytes } from '../cluster/message';
import type { AuthKey } from '../config/config';
import { type Edition, Follower } from '../following/follower';
import type { Host } from '../host/host';

const TICK_MS = 250;
/** Makes the digest of a configuration another one than that of anything else. */
const LABEL = toBytes('understudy configuration');

export interface Post {
  /** Own session, and that of a peer that is there. */
  sessions(): { readonly own: number; readonly peer: number | null };
  /** The peer's configuration is another one, as its beats say. */
  differs(): boolean;
  send(words: readonly string[], to: number): void;
  /** The peer has a newer configuration. */
  onFollow(edition: Edition): void;
  /** What the peer says of the one that this box has: null when it has it too, else why it cannot have it. */
  onFollowed(why: string | null): void;
}

export class Correspondence {
  private readonly follower: Follower;

  constructor(
    private readonly host: Pick<Host, 'clock' | 'log' | 'mac'>,
    keys: readonly AuthKey[],
    private readonly post: Post,
  ) {
    this.follower = new Follower((text) => this.digest(text), keys);
  }

  get peerRevision(): number {
    return this.follower.peerRevision;
  }

  start(): void {
    this.host.clock.after(TICK_MS, () => {
      this.start();
      const { peer } = this.post.sessions();
      if (peer !== null) this.say(this.follower.tick(this.post.differs(), this.host.clock.now()), peer);
    });
  }

  setOwn(edition: Edition | null, keys: readonly AuthKey[]): void {
    this.follower.setOwn(edition, keys);
  }

  /** What was followed could not be put into force. */
  refuse(edition: Edition, why: string): void {
    const { peer } = this.post.sessions();
    const words = this.follower.refuse(edition, why);
    if (peer !== null) this.say(words, peer);
  }

  /** Takes a letter whose signature is right; one that is not between these very sessions is dropped. */
  hear({ session, to, words }: Letter): void {
    const { own, peer } = this.post.sessions();
    if (to !== own || peer !== session) return;
    this.say(this.follower.hear(words, this.host.clock.now()), peer);
    for (const outcome of this.follower.take()) {
      if (outcome.type === 'log') this.host.log('warn', outcome.event, outcome.sentence);
      else if (outcome.type === 'follow') this.post.onFollow(outcome);
      else this.post.onFollowed(outcome.type === 'agreed' ? null : outcome.why);
    }
  }

  private say(words: readonly string[] | null, to: number): void {
    if (words !== null) this.post.send(words, to);
  }

  private digest(text: string): string {
    const bytes = this.host.mac.hmac('sha256', LABEL, toBytes(encodeURIComponent(text)));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

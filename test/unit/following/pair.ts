/**
 * Two boxes that follow each other's commits and orders: disks, operators, and a network between them that loses, repeats and
 * reorders; either may be switched off at any instant. The product's own wire, letters and commits for both. Repeatable.
 */

import { createHmac } from 'node:crypto';
import type { Letter } from '../../../src/cluster/letter';
import { Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import type { AuthConfig } from '../../../src/config/config';
import { type Ledger, readLedger } from '../../../src/following/ledger';
import { OrderExchange } from '../../../src/following/order-exchange';
import type { Common, Edition } from '../../../src/following/relation';
import type { Mac } from '../../../src/host/host';
import type { Outcome, Wanted } from '../../../src/supervisor/commit-types';
import { Correspondence, type Post } from '../../../src/supervisor/correspondence';
import { JointCommit } from '../../../src/supervisor/joint-commit';
import { Random } from '../../sim/random';

const MAC: Mac = { hmac: (method, key, data) => createHmac(method, key).update(data).digest() };
export const AUTH: AuthConfig = {
  signWith: 1,
  keys: [{ id: 1, method: 'sha256', secret: 'a secret of some length' }],
};
/** With letters on it a serial line still has room for a beat in time, see config/times.ts. */
const LETTER_BYTES = 640;

export class Clock {
  nowMs = 0;
  private readonly timers: { atMs: number; run: () => void }[] = [];

  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.push(timer);
    return {
      cancel: () => {
        timer.run = () => {};
      },
    };
  }

  runUntil(untilMs: number): void {
    for (;;) {
      let next = -1;
      for (const [index, { atMs }] of this.timers.entries())
        if (atMs <= untilMs && (next < 0 || atMs < this.timers[next]!.atMs)) next = index;
      if (next < 0) break;
      const [timer] = this.timers.splice(next, 1);
      this.nowMs = Math.max(this.nowMs, timer!.atMs);
      timer!.run();
    }
    this.nowMs = untilMs;
  }
}

export interface Weather {
  loss: number;
  repeats: number;
  delayMs: number;
  cut: boolean;
}

export class World {
  readonly clock = new Clock();
  readonly random: Random;
  readonly weather: Weather = { loss: 0, repeats: 0, delayMs: 2, cut: false };
  readonly boxes: readonly [Box, Box];
  /** What each text is known to take the place of, by whoever committed it. */
  readonly over = new Map<string, ReadonlySet<string>>();
  /** Texts that were taken back, because the other box could not have them. */
  readonly takenBack = new Set<string>();
  letters = 0;

  constructor(seed: number, text = 'set one', auth: AuthConfig = AUTH) {
    this.random = new Random(seed);
    this.boxes = [
      new Box(this, 0, { revision: 1, text }, auth),
      new Box(this, 1, { revision: 4, text }, auth),
    ];
    for (const box of this.boxes) box.boot();
  }

  run(durationMs: number): void {
    this.clock.runUntil(this.clock.nowMs + durationMs);
  }

  carry(bytes: Uint8Array, to: Box): void {
    const { random, weather, clock } = this;
    this.letters += 1;
    if (bytes.length > LETTER_BYTES) throw new Error(`a letter of ${bytes.length} bytes`);
    for (let copies = random.chance(weather.repeats) ? 2 : 1; copies > 0; copies--)
      if (!weather.cut && !random.chance(weather.loss))
        clock.after(random.between(0.5, weather.delayMs), () => to.receive(bytes));
  }

  get texts(): readonly string[] {
    return this.boxes.map(({ disk }) => disk.edition.text);
  }
}

interface Run {
  readonly session: number;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly post: Correspondence;
  readonly joint: JointCommit;
  readonly ledger: Ledger;
  readonly exchange: OrderExchange;
  running: Edition;
  committing: boolean;
  /** What the other box has, while nobody can say which one counts. */
  conflict: string | null;
}

export class Box implements Post {
  readonly disk: { edition: Edition; common: Common | null; orders: string };
  /** Every text that was on the disk. */
  readonly had = new Set<string>();
  readonly log: string[] = [];
  run: Run | null = null;
  followed: number | null = null;
  /** What this box cannot put into force. */
  cannot: (text: string) => boolean = () => false;
  /** Called between any two steps. */
  onStep: () => void = () => {};

  constructor(
    private readonly world: World,
    private readonly number: 0 | 1,
    edition: Edition,
    private readonly auth: AuthConfig,
  ) {
    this.disk = { edition, common: null, orders: '' };
    this.had.add(edition.text);
  }

  get peer(): Box {
    return this.world.boxes[1 - this.number]!;
  }

  boot(): void {
    if (this.run !== null) return;
    const { world, auth } = this;
    const { clock, random } = world;
    const session = random.below(0xffff_ffff);
    const life = { over: false };
    const host = {
      mac: MAC,
      random: (length: number) => Uint8Array.from({ length }, () => random.below(256)),
      log: (_: string, event: string) => {
        this.log.push(event);
        if (event === 'both-changed' && this.run !== null) this.run.conflict = this.peer.disk.edition.text;
      },
      clock: {
        now: () => clock.nowMs,
        wall: () => clock.nowMs,
        after: (delayMs: number, go: () => void) =>
          clock.after(delayMs, () => {
            if (!life.over && this.run?.session === session) go();
          }),
      },
    };
    const { ledger } = readLedger(this.disk.orders);
    const exchange = new OrderExchange(ledger, () => this.saveOrders());
    const post = new Correspondence(host, auth, this.disk.common, this, exchange);
    const joint = new JointCommit({
      clock: host.clock,
      commit: (wanted, reply) => this.commitHere(wanted, reply),
      running: () => this.run?.running.text ?? '',
      peer: () => (this.sessions().peer === null ? null : 'peer'),
      insist: () => post.insist(),
    });
    this.followed = null;
    this.run = {
      session,
      sender: new Sender(auth, MAC),
      receiver: new Receiver(['datagram'], session, auth, MAC),
      post,
      joint,
      ledger,
      exchange,
      running: this.disk.edition,
      committing: false,
      conflict: null,
    };
    post.setOwn(this.disk.edition, false);
    post.start();
  }

  crash(): void {
    this.run = null;
  }

  /** An operator commits. @param reply null where nobody lives to answer */
  commit(text: string, reply: (outcome: Outcome) => void = () => {}): void {
    const { run } = this;
    if (run === null) return;
    run.joint.commit(wanted(text), (outcome) => {
      if (outcome.ok && outcome.text.includes('on peer too') && !this.peer.had.has(text))
        throw new Error(`the operator was told of ${text}, which the other box never had`);
      reply(outcome);
    });
  }

  /** An operator orders something. */
  order(about: string, says: string): void {
    const { run } = this;
    if (run === null) return;
    run.ledger.say(about, says, `box${this.number}`);
    run.exchange.changed();
    this.saveOrders();
  }

  private saveOrders(): void {
    const text = this.run?.ledger.print() ?? '';
    this.later(20, () => {
      this.disk.orders = text;
    });
  }

  receive(bytes: Uint8Array): void {
    this.run?.receiver.receive(
      0,
      bytes,
      ({ type }) => {
        throw new Error(`a letter came as ${type}`);
      },
      (letter) => this.run?.post.hear(letter),
    );
    this.onStep();
  }

  sessions(): { readonly own: number; readonly peer: number | null } {
    const sees = !this.world.weather.cut && this.peer.run !== null;
    return { own: this.run?.session ?? 0, peer: sees ? this.peer.run!.session : null };
  }

  send(letter: Pick<Letter, 'to' | 'sequence' | 'words'>): void {
    const { run } = this;
    if (run === null) return;
    const frame = run.sender.letter({ ...letter, src: `box${this.number}`, session: run.session });
    this.world.carry(frame, this.peer);
  }

  onFollow({ revision, text }: Edition): void {
    if (this.followed !== null) return;
    this.followed = revision;
    this.commitHere(wanted(text), (outcome) => {
      this.followed = null;
      if (!outcome.ok) this.run?.post.refuse({ revision, text }, outcome.error);
    });
  }

  onFollowed(why: string | null): void {
    this.run?.joint.followed(why);
  }

  /** The disk takes its time, and has the old one or the new one. */
  onCommon(common: Common): void {
    this.later(5, () => {
      this.disk.common = common;
    });
  }

  /** As the supervisor's committer does it: applied, saved, told; each takes a while. */
  private commitHere({ text, comment }: Wanted, reply: (outcome: Outcome) => void): void {
    const run = this.run!;
    if (run.committing) {
      reply({ ok: false, error: 'a commit is under way' });
      return;
    }
    const { revision } = this.disk.edition;
    if (run.running.text === text) {
      reply({ ok: true, text: 'nothing to commit', revision, warnings: [] });
      return;
    }
    run.committing = true;
    this.later(20, () => {
      if (this.cannot(text)) {
        run.committing = false;
        reply({ ok: false, error: 'it has no eth9' });
        return;
      }
      this.later(20, () => {
        const isOwn = this.followed === null;
        if (isOwn && comment === '') this.note(text, run);
        if (isOwn && comment !== '') this.world.takenBack.add(run.running.text);
        const atLeast = this.followed ?? run.post.peerRevision + 1;
        this.disk.edition = { revision: Math.max(atLeast, revision + 1), text };
        this.had.add(text);
        run.running = this.disk.edition;
        run.committing = false;
        run.conflict = null;
        run.post.setOwn(this.disk.edition, isOwn);
        reply({ ok: true, text: 'in force', revision: this.disk.edition.revision, warnings: [] });
      });
    });
  }

  /** What the operator of a commit knew that it takes the place of. */
  private note(text: string, { running, conflict }: Run): void {
    const { over } = this.world;
    const before = [running.text, ...(conflict === null ? [] : [conflict])];
    over.set(text, new Set(before.flatMap((one) => [one, ...(over.get(one) ?? [])])));
  }

  private later(delayMs: number, go: () => void): void {
    const { run } = this;
    this.world.clock.after(this.world.random.between(0, delayMs), () => {
      this.onStep();
      if (this.run === run) go();
    });
  }
}

function wanted(text: string): Wanted {
  return { text, who: 'test', comment: '', confirmMinutes: null, acknowledgeRisk: true };
}

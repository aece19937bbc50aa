/**
 * How two boxes become a pair over the null modem: both show the same short code, both operators say so, both have a secret
 * that nobody typed, and the box that has a configuration gives it to the one that has none. Pure: bytes and time in, bytes
 * and stages out.
 *
 * Each side first says the hash of its random number and shows the number only when it has the other's hash, so that
 * nobody on the line can choose his number until the short codes happen to agree.
 */

import { type Message, MessageReader, printMessage } from './lines';

/** SHA-256 (FIPS 180-4) of a text as UTF-8, in hexadecimal digits. */
export type Digest = (text: string) => string;

/** Whoever comes second has so long to come. */
export const GREETING_LIMIT_MS = 120_000;
/** A box that is there says something in each of its turns. */
export const SILENCE_LIMIT_MS = 15_000;
/** Between two turns: each says again what the other has not answered. */
export const TURN_MS = 400;
/** Characters of one part of the configuration: a quarter of a second at 9600 baud. */
const PART_CHARACTERS = 120;
/** As configurations have it; see config/text.ts. */
const TEXT_LIMIT = 262_144;
/** The last word is said so often, because nobody answers it. */
const LAST_WORDS = 5;
const SECRET_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const SECRET_CHARACTERS = 32;

export interface PairingOptions {
  /** Name of this box. */
  readonly name: string;
  /** Whether this box has a configuration to give. */
  readonly gives: boolean;
  /** 64 random hexadecimal digits, never used before. */
  readonly nonce: string;
  readonly digest: Digest;
  readonly nowMs: number;
}

export type Stage =
  | { readonly kind: 'greeting' }
  /** The operator is to compare the codes, and to `answer`. */
  | { readonly kind: 'comparing'; readonly code: string; readonly peer: string }
  /** This operator has said yes, the other one has not yet. */
  | { readonly kind: 'waiting'; readonly peer: string }
  /** Both have; the giver is to `give` the configuration, the other one waits for it. */
  | { readonly kind: 'agreed'; readonly secret: string; readonly peer: string }
  | { readonly kind: 'copying'; readonly doneCharacters: number; readonly allCharacters: number }
  /** The text is here, to be put into force and then to be `finished`. */
  | { readonly kind: 'received'; readonly secret: string; readonly peer: string; readonly text: string }
  | { readonly kind: 'paired'; readonly peer: string }
  | { readonly kind: 'failed'; readonly why: string };

interface Peer {
  readonly name: string;
  readonly gives: boolean;
  readonly hash: string;
  nonce: string | null;
}

export class Pairing {
  stage: Stage = { kind: 'greeting' };
  private readonly reader = new MessageReader();
  private readonly hash: string;
  private peer: Peer | null = null;
  private peerAgrees = false;
  private heardMs: number;
  /** The giver's parts, and how many of them the other side has; or what has come so far. */
  private parts: readonly string[] = [];
  private passed = 0;
  private readonly received: string[] = [];
  private total = 0;
  /** What the taker says when it is done; null while it is not. */
  private outcome: string | null = null;
  private lastWords = LAST_WORDS;
  private turnAtMs: number;

  constructor(private readonly options: PairingOptions) {
    this.hash = options.digest(`understudy pairing ${options.nonce}`);
    this.heardMs = options.nowMs;
    this.turnAtMs = options.nowMs;
  }

  /** All is said. */
  get isOver(): boolean {
    return (this.stage.kind === 'failed' || this.stage.kind === 'paired') && this.lastWords === 0;
  }

  /** Takes bytes from the line. */
  receive(bytes: Uint8Array, nowMs: number): void {
    for (const message of this.reader.read(bytes)) {
      if ('version' in message)
        this.fail(`the other box speaks version ${message.version} of this; update one of them`);
      else if (message.type === 'no') this.fail(message.fields[0] ?? 'the other operator said no');
      else this.take(message);
      this.heardMs = nowMs;
    }
  }

  /** The operator has compared the codes. */
  answer(same: boolean): void {
    if (this.stage.kind !== 'comparing' || this.peer === null) return;
    if (same) {
      this.stage = { kind: 'waiting', peer: this.peer.name };
      this.agree();
    } else this.refuse('the codes were not the same: somebody else may be on the line');
  }

  /** The giver's configuration, with the new key in it. */
  give(text: string): void {
    if (this.stage.kind !== 'agreed') return;
    const characters = [...text];
    const count = Math.max(1, Math.ceil(characters.length / PART_CHARACTERS));
    this.parts = Array.from({ length: count }, (_, at) =>
      characters.slice(at * PART_CHARACTERS, (at + 1) * PART_CHARACTERS).join(''),
    );
    this.progress(0, text.length);
  }

  /** The taker has put it into force, or could not. @param fault why not, in one sentence */
  finished(fault: string | null): void {
    if (this.stage.kind !== 'received') return;
    this.outcome = fault ?? '';
    this.stage = fault === null ? { kind: 'paired', peer: this.stage.peer } : { kind: 'failed', why: fault };
  }

  /** This operator gives up. */
  refuse(why: string): void {
    this.fail(why);
    this.outcome ??= why;
  }

  /** Lets time pass. @returns what to send now, or nothing */
  turn(nowMs: number): string {
    this.expire(nowMs);
    if (nowMs < this.turnAtMs || this.isOver) return '';
    this.turnAtMs = nowMs + TURN_MS;
    return this.words().map(printMessage).join('');
  }

  private words(): Message[] {
    const { stage, peer, hash } = this;
    if (stage.kind === 'failed' || stage.kind === 'paired') {
      this.lastWords -= 1;
      if (stage.kind === 'failed') return [{ type: 'no', fields: [stage.why] }];
      return this.options.gives ? [] : [{ type: 'took', fields: [] }];
    }
    if (this.parts.length > 0) {
      const text = this.parts[this.passed]!;
      return [{ type: 'part', fields: [String(this.passed), String(this.parts.length), text] }];
    }
    const { name, gives, nonce } = this.options;
    const hello = { type: 'hello', fields: [name, gives ? 'gives' : 'takes', hash] };
    const number = peer === null ? [] : [{ type: 'number', fields: [nonce, peer.hash] }];
    const yes =
      stage.kind === 'comparing' || stage.kind === 'greeting' ? [] : [{ type: 'yes', fields: [hash] }];
    const got = this.received.length === 0 ? [] : [{ type: 'got', fields: [String(this.received.length)] }];
    return [hello, ...number, ...yes, ...got];
  }

  private take({ type, fields }: Message): void {
    const [first = '', second = '', third = ''] = fields;
    switch (type) {
      case 'hello':
        this.meet(first, second === 'gives', third);
        break;
      case 'number':
        this.learn(first, second);
        break;
      case 'yes':
        if (first === this.peer?.hash) this.peerAgrees = true;
        this.agree();
        break;
      case 'part':
        this.collect(Number(first), Number(second), third);
        break;
      case 'got':
        this.pass(Number(first));
        break;
      case 'took':
        if (this.stage.kind === 'copying' && this.options.gives) this.succeed();
        break;
    }
  }

  private meet(name: string, gives: boolean, hash: string): void {
    if (hash === this.hash) {
      this.fail('this box hears itself: the cable is looped back');
      return;
    }
    if (this.peer?.hash === hash) return;
    if (this.peer !== null) {
      this.fail('the other box began anew; type pair on both again');
      return;
    }
    if (gives && this.options.gives) {
      this.fail('both boxes have a configuration; "factory-reset" the one that is to take the other\'s');
      return;
    }
    if (!gives && !this.options.gives) {
      this.fail('neither box has a configuration; type setup on one of them first');
      return;
    }
    this.peer = { name, gives, hash, nonce: null };
  }

  /** @param hash of ours, which the other side has seen */
  private learn(nonce: string, hash: string): void {
    const { peer, options } = this;
    if (peer === null || peer.nonce !== null || hash !== this.hash) return;
    if (options.digest(`understudy pairing ${nonce}`) !== peer.hash) {
      this.fail('the other box did not keep to its word: somebody else may be on the line');
      return;
    }
    peer.nonce = nonce;
    const number = Number.parseInt(this.mixed('code').slice(0, 12), 16) % 1_000_000;
    const digits = String(number).padStart(6, '0');
    this.stage = { kind: 'comparing', code: `${digits.slice(0, 3)} ${digits.slice(3)}`, peer: peer.name };
  }

  private agree(): void {
    if (this.stage.kind !== 'waiting' || !this.peerAgrees) return;
    this.stage = { kind: 'agreed', secret: this.secret(), peer: this.stage.peer };
  }

  private collect(index: number, total: number, text: string): void {
    // Nobody sends parts who has not agreed; that word itself may have been lost.
    this.peerAgrees = true;
    this.agree();
    if (this.options.gives || (this.stage.kind !== 'agreed' && this.stage.kind !== 'copying')) return;
    if (index !== this.received.length || !(total * PART_CHARACTERS <= TEXT_LIMIT + PART_CHARACTERS)) return;
    this.total = total;
    this.received.push(text);
    // Answered at once: a part takes one turn of the line and not one of the clock.
    this.turnAtMs = Number.NEGATIVE_INFINITY;
    this.progress(this.received.length * PART_CHARACTERS, total * PART_CHARACTERS);
    if (this.received.length < this.total) return;
    this.stage = {
      kind: 'received',
      secret: this.secret(),
      peer: this.peer!.name,
      text: this.received.join(''),
    };
  }

  private pass(count: number): void {
    if (this.stage.kind !== 'copying' || count !== this.passed + 1 || count > this.parts.length) return;
    if (count === this.parts.length) return;
    this.passed = count;
    this.turnAtMs = Number.NEGATIVE_INFINITY;
    this.progress(count * PART_CHARACTERS, this.parts.length * PART_CHARACTERS);
  }

  private progress(doneCharacters: number, allCharacters: number): void {
    this.stage = { kind: 'copying', doneCharacters, allCharacters };
  }

  private succeed(): void {
    this.stage = { kind: 'paired', peer: this.peer!.name };
    this.lastWords = 0;
  }

  private expire(nowMs: number): void {
    const { kind } = this.stage;
    if (kind === 'failed' || kind === 'paired') return;
    const silentMs = nowMs - this.heardMs;
    if (this.peer === null) {
      if (silentMs < GREETING_LIMIT_MS) return;
      this.fail(
        'no other box answered within 2 minutes: type pair on it as well, and look at the null-modem cable',
      );
    } else if (silentMs >= SILENCE_LIMIT_MS)
      this.fail('the other box fell silent; look at its console and at the cable');
  }

  private fail(why: string): void {
    if (this.stage.kind === 'failed' || this.stage.kind === 'paired') return;
    this.stage = { kind: 'failed', why };
  }

  private secret(): string {
    const digits = this.mixed('secret');
    return Array.from(
      { length: SECRET_CHARACTERS },
      (_, at) => SECRET_LETTERS[Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16) & 31]!,
    ).join('');
  }

  /** The same on both sides, for one purpose. */
  private mixed(purpose: string): string {
    const { nonce, digest } = this.options;
    const both = [nonce, this.peer!.nonce!].sort().join(' ');
    return digest(`understudy pairing ${purpose} ${both}`);
  }
}

/**
 * How two boxes become a pair over the null modem: both show the same short code, both operators say so, both have a secret
 * that nobody typed, and the box that has a configuration gives it to the one that has none. Pure: bytes and time in, bytes
 * and stages out.
 *
 * Each side first says the hash of its random number and shows the number only when it has the other's hash, so that
 * nobody on the line can choose his number until the short codes happen to agree. From then on every message begins with the
 * first digits of the hash of the one it is for: what an earlier attempt has left on the line is for nobody.
 */

import { headerText, WHO_LIMIT } from '../config/archive';
import { TEXT_LIMIT } from '../config/text';
import { type Message, MessageReader, printMessage } from './lines';

/** SHA-256 (FIPS 180-4) of a text as UTF-8, in hexadecimal digits. */
export type Digest = (text: string) => string;

/** Whoever comes second has so long to come. */
export const GREETING_LIMIT_MS = 120_000;
/** A box that is there says something in each of its turns. */
export const SILENCE_LIMIT_MS = 15_000;
/** Both operators have so long to compare the codes. */
export const OPERATORS_LIMIT_MS = 300_000;
/** Between two turns: each says again what the other has not answered. */
export const TURN_MS = 400;
/** Characters of one part of the configuration: a quarter of a second at 9600 baud. */
const PART_CHARACTERS = 120;
/** Parts of the longest configuration, and its hash before them. */
const PARTS_LIMIT = Math.ceil(TEXT_LIMIT / PART_CHARACTERS) + 1;
/** A refusal, or the giver's end, is said so often, because nobody answers it. */
const LAST_WORDS = 5;
/** The taker says so often that it is done, until the giver says that it knows: else that one would think it failed. */
const TOOK_WORDS = 30;
/** Of a hash: enough to tell whom a message is for. */
const TO_DIGITS = 8;
/** Characters of a reason that came over the line. */
const WHY_LIMIT = 300;
const NONCE = /^[0-9a-f]{64}$/;
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
  | { readonly kind: 'copying'; readonly doneParts: number; readonly allParts: number }
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
  private lastWords = LAST_WORDS;
  /** Whom messages are for, as soon as another box was heard. */
  private to: string | null = null;
  /** The other box shall hear of this one's version. */
  private tellsVersion = false;
  private comparingMs = Number.POSITIVE_INFINITY;
  private turnAtMs: number;

  constructor(private readonly options: PairingOptions) {
    this.hash = hashOf(options);
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
      if ('version' in message) {
        const version = headerText(message.version, WHO_LIMIT);
        this.tellsVersion = this.to === null;
        this.fail(`the other box speaks version ${version} of this; update one of them`);
      } else if (!this.take(message, nowMs)) continue;
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
    const pieces = Array.from({ length: count }, (_, at) =>
      characters.slice(at * PART_CHARACTERS, (at + 1) * PART_CHARACTERS).join(''),
    );
    this.parts = [this.textHash(text), ...pieces];
    this.progress(0, this.parts.length);
  }

  /** The taker has put it into force, or could not. @param fault why not, in one sentence */
  finished(fault: string | null): void {
    if (this.stage.kind !== 'received') return;
    if (fault === null) this.end(this.stage.peer, TOOK_WORDS);
    else this.fail(fault);
  }

  /** This operator gives up; on a pair that is made, only the wait for the other one's last word. */
  refuse(why: string): void {
    if (this.stage.kind === 'paired') this.lastWords = 0;
    else this.fail(why);
  }

  /** Lets time pass. @returns what to send now, or nothing */
  turn(nowMs: number): string {
    this.expire(nowMs);
    if (nowMs < this.turnAtMs || this.isOver) return '';
    this.turnAtMs = nowMs + TURN_MS;
    return this.words().map(printMessage).join('');
  }

  private words(): Message[] {
    const { stage, peer, to } = this;
    const { name, gives, nonce } = this.options;
    const hello = { type: 'hello', fields: [name, gives ? 'gives' : 'takes', this.hash] };
    const say = (type: string, ...fields: string[]): Message[] =>
      to === null ? [] : [{ type, fields: [to, ...fields] }];
    switch (stage.kind) {
      case 'failed':
        this.lastWords -= 1;
        return this.tellsVersion ? [hello] : say('no', stage.why);
      case 'paired':
        this.lastWords -= 1;
        return say(gives ? 'end' : 'took');
      default:
        if (this.parts.length > 0)
          return say('part', String(this.passed), String(this.parts.length), this.parts[this.passed]!);
        // Who sends parts has heard all the rest.
        if (this.received.length > 0) return say('got', String(this.received.length));
        return [
          hello,
          ...(peer === null ? [] : say('number', nonce)),
          ...(stage.kind === 'waiting' || stage.kind === 'agreed' ? say('yes') : []),
        ];
    }
  }

  /** @returns false for what is not for this box, or makes no sense */
  private take({ type, fields }: Message, nowMs: number): boolean {
    const [first = '', second = '', third = '', fourth = ''] = fields;
    if (type === 'hello') return this.meet(headerText(first, WHO_LIMIT), second === 'gives', third);
    if (first !== this.hash.slice(0, TO_DIGITS)) return false;
    switch (type) {
      case 'no':
        this.fail(headerText(second, WHY_LIMIT) || 'the other operator said no');
        return true;
      case 'number':
        this.learn(second, nowMs);
        return true;
      case 'yes':
        this.peerAgrees = true;
        this.agree();
        return true;
      case 'part':
        this.collect(natural(second), natural(third), fourth);
        return true;
      case 'got':
        this.pass(natural(second));
        return true;
      case 'took':
        this.took();
        return true;
      case 'end':
        if (this.stage.kind === 'paired' && !this.options.gives) this.lastWords = 0;
        return true;
      default:
        return false;
    }
  }

  private meet(name: string, gives: boolean, hash: string): boolean {
    if (!NONCE.test(hash)) return false;
    this.to ??= hash.slice(0, TO_DIGITS);
    if (this.peer?.hash === hash) return true;
    if (hash === this.hash) this.fail('this box hears itself: the cable is looped back');
    else if (this.peer !== null) this.fail('the other box began anew; type pair on both again');
    else if (gives && this.options.gives)
      this.fail('both boxes have a configuration; "factory-reset" the one that is to take the other\'s');
    else if (!gives && !this.options.gives)
      this.fail('neither box has a configuration; type setup on one of them first');
    else this.peer = { name, gives, hash, nonce: null };
    return true;
  }

  private learn(nonce: string, nowMs: number): void {
    const { peer } = this;
    if (peer === null || peer.nonce !== null || !NONCE.test(nonce)) return;
    const { name, gives } = peer;
    if (hashOf({ name, gives, nonce, digest: this.options.digest }) !== peer.hash) {
      this.fail('the other box did not keep to its word: somebody else may be on the line');
      return;
    }
    peer.nonce = nonce;
    const number = Number.parseInt(this.mixed('code').slice(0, 12), 16) % 1_000_000;
    const digits = String(number).padStart(6, '0');
    this.comparingMs = nowMs;
    // What has failed stays so.
    if (this.stage.kind !== 'greeting') return;
    this.stage = { kind: 'comparing', code: `${digits.slice(0, 3)} ${digits.slice(3)}`, peer: name };
  }

  private agree(): void {
    if (this.stage.kind !== 'waiting' || !this.peerAgrees) return;
    this.stage = { kind: 'agreed', secret: this.secret(), peer: this.stage.peer };
  }

  private collect(index: number | null, total: number | null, text: string): void {
    if (this.options.gives || index === null || total === null || total < 2 || total > PARTS_LIMIT) return;
    // Nobody sends parts who has not agreed; that word itself may have been lost.
    this.peerAgrees = true;
    this.agree();
    if (this.stage.kind !== 'agreed' && this.stage.kind !== 'copying') return;
    if (index === 0 && this.received.length === 0) this.total = total;
    if (index !== this.received.length || total !== this.total) return;
    this.received.push(text);
    // Answered at once: a part takes one turn of the line and not one of the clock.
    this.turnAtMs = Number.NEGATIVE_INFINITY;
    if (this.received.length < total) this.progress(this.received.length, total);
    else this.complete();
  }

  private complete(): void {
    const [hash, ...pieces] = this.received;
    const text = pieces.join('');
    if (this.textHash(text) === hash)
      this.stage = { kind: 'received', secret: this.secret(), peer: this.peer!.name, text };
    else this.fail('the configuration came over damaged; type pair on both again');
  }

  private pass(count: number | null): void {
    if (this.stage.kind !== 'copying' || count !== this.passed + 1 || count >= this.parts.length) return;
    this.passed = count;
    this.turnAtMs = Number.NEGATIVE_INFINITY;
    this.progress(count, this.parts.length);
  }

  private progress(doneParts: number, allParts: number): void {
    this.stage = { kind: 'copying', doneParts, allParts };
  }

  private took(): void {
    if (!this.options.gives || this.passed < this.parts.length - 1) return;
    if (this.stage.kind === 'copying') this.end(this.peer!.name, LAST_WORDS);
  }

  private end(peer: string, words: number): void {
    this.stage = { kind: 'paired', peer };
    this.lastWords = words;
    this.turnAtMs = Number.NEGATIVE_INFINITY;
  }

  private expire(nowMs: number): void {
    const { kind } = this.stage;
    if (kind === 'failed' || kind === 'paired') return;
    if ((kind === 'comparing' || kind === 'waiting') && nowMs - this.comparingMs >= OPERATORS_LIMIT_MS)
      this.fail(`the codes were not confirmed on both boxes within ${OPERATORS_LIMIT_MS / 60_000} minutes`);
    const silentMs = nowMs - this.heardMs;
    if (this.peer === null) {
      if (silentMs < GREETING_LIMIT_MS) return;
      this.fail(
        'no other box answered within 2 minutes: type pair on it as well, and look at the null-modem cable',
      );
    } else if (silentMs >= SILENCE_LIMIT_MS) {
      const hasAll = this.parts.length > 0 && this.passed === this.parts.length - 1;
      const may = hasAll ? ' when it had the configuration, and may have taken it' : '';
      this.fail(`the other box fell silent${may}; look at its console and at the cable`);
    }
  }

  private fail(why: string): void {
    if (this.stage.kind === 'failed' || this.stage.kind === 'paired') return;
    this.stage = { kind: 'failed', why };
    this.lastWords = LAST_WORDS;
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

  /** Of this pairing alone. */
  private textHash(text: string): string {
    return this.options.digest(`understudy pairing text ${this.secret()} ${text}`);
  }
}

/** What a box says of itself before it shows its number. */
function hashOf({ name, gives, nonce, digest }: Omit<PairingOptions, 'nowMs'>): string {
  return digest(`understudy pairing hello ${nonce} ${gives ? 'gives' : 'takes'} ${name}`);
}

function natural(word: string): number | null {
  return /^\d{1,6}$/.test(word) ? Number(word) : null;
}

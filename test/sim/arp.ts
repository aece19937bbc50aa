/**
 * A switch segment with hosts behind it that remember, by ARP, which card has an address. They read the very frames that
 * the product sends, each with the habits of some real stack. They ask for what they do not know, and never forget.
 */

import type { Address } from '../../src/config/config';

/** Ethernet header and ARP packet (RFC 826). */
const FRAME_BYTES = 42;
const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const ETHERTYPE_ARP = 0x0806;
const AT = { destination: 0, type: 12, hardware: 14, operation: 20, senderMac: 22, sender: 28, target: 38 };
const REQUEST = 1;
const REPLY = 2;
const ETHERNET = 1;

/** Linux before 4.x takes no update of an entry within `locktime` of the last. */
export const LOCKTIME_MS = 1_000;

interface Announced {
  readonly operation: number;
  readonly address: Address;
  readonly mac: string;
}

/** What a stack makes of announcements. */
export interface Habit {
  readonly name: string;
  readonly honours: readonly number[];
  readonly locktimeMs: number;
}

export const HABITS: readonly Habit[] = [
  { name: 'that honours requests', honours: [REQUEST], locktimeMs: 0 },
  { name: 'that honours replies', honours: [REPLY], locktimeMs: 0 },
  { name: 'with a locktime', honours: [REQUEST, REPLY], locktimeMs: LOCKTIME_MS },
];

export class ArpHost {
  /** The only address that it cares for, as its cache has it; null: it would ask. */
  cached: string | null = null;
  #changedMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly name: string,
    readonly habit: Habit,
    private readonly address: Address,
  ) {}

  /** @returns whether its cache has changed */
  hear({ operation, address, mac }: Announced, nowMs: number): boolean {
    if (address !== this.address || !this.habit.honours.includes(operation)) return false;
    if (mac === this.cached || nowMs < this.#changedMs + this.habit.locktimeMs) return false;
    this.learn(mac, nowMs);
    return true;
  }

  /** Somebody has answered that it asked for. */
  learn(mac: string, nowMs: number): void {
    this.cached = mac;
    this.#changedMs = nowMs;
  }
}

export function macText(bytes: Uint8Array, offset = 0): string {
  let text = '';
  for (let at = offset; at < offset + 6; at++)
    text += `${at === offset ? '' : ':'}${bytes[at]!.toString(16).padStart(2, '0')}`;
  return text;
}

/** A gratuitous announcement as hosts accept it, or null. */
export function readAnnouncement(frame: Uint8Array): Announced | null {
  if (frame.length !== FRAME_BYTES || macText(frame, AT.destination) !== BROADCAST) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint16(AT.type) !== ETHERTYPE_ARP || view.getUint16(AT.hardware) !== ETHERNET) return null;
  if (view.getUint32(AT.sender) !== view.getUint32(AT.target)) return null;
  return {
    operation: view.getUint16(AT.operation),
    address: frame.subarray(AT.sender, AT.sender + 4).join('.'),
    mac: macText(frame, AT.senderMac),
  };
}

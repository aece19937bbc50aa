/** IPv4 addresses and networks in the forms that configuration and codecs need. Pure. */

import type { Address, Cidr } from './config';

/** Dotted form with four decimal numbers without leading zeros (which some programs read as octal), nothing else. */
export function isAddress(text: string): boolean {
  return readBits(text) !== null;
}

/** An address that one host can have: not 0/8, multicast, reserved or broadcast. */
export function isUnicast(text: string): boolean {
  const bits = readBits(text);
  return bits !== null && bits >>> 24 > 0 && bits >>> 24 < 224;
}

/** 224.0.0.0/4 (RFC 5771). */
export function isMulticast(text: string): boolean {
  const bits = readBits(text);
  return bits !== null && bits >>> 28 === 14;
}

/** An address and a prefix length of 0 to 32. */
export function isCidr(text: string): boolean {
  const at = text.indexOf('/');
  if (at === -1) return false;
  const digits = text.slice(at + 1);
  return Number(digits) <= 32 && String(Number(digits) >>> 0) === digits && isAddress(text.slice(0, at));
}

/**
 * Network byte order.
 * @throws Error when `address` is none
 */
export function octets(address: Address): readonly number[] {
  return octetsOf(bitsOf(address));
}

/** `192.0.2.1` of `192.0.2.1/24`. */
export function addressOf(cidr: Cidr): Address {
  return cidr.slice(0, cidr.indexOf('/'));
}

/** 24 of `192.0.2.1/24`. */
export function prefixOf(cidr: Cidr): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

/** Whether `address` is in the network that `cidr` is in. */
export function contains(cidr: Cidr, address: Address): boolean {
  return new Networks([cidr]).find(address) !== null;
}

/** Networks in which many addresses are looked up: the time that takes does not grow with the number of networks. */
export class Networks {
  /** By mask, then by the bits under the mask; each with its place in the order given. */
  private readonly byMask = new Map<number, Map<number, { readonly cidr: Cidr; readonly at: number }>>();

  constructor(cidrs: readonly Cidr[]) {
    for (const [at, cidr] of cidrs.entries()) {
      const length = prefixOf(cidr);
      const mask = maskOf(length);
      const networks = this.byMask.get(mask) ?? new Map<number, { cidr: Cidr; at: number }>();
      const bits = bitsOf(addressOf(cidr)) & mask;
      if (!networks.has(bits)) networks.set(bits, { cidr, at });
      this.byMask.set(mask, networks);
    }
  }

  /** The first that holds the address, as given; null when none does. */
  find(address: Address): Cidr | null {
    const wanted = bitsOf(address);
    let first: { readonly cidr: Cidr; readonly at: number } | null = null;
    for (const [mask, networks] of this.byMask) {
      const found = networks.get(wanted & mask);
      if (found !== undefined && (first === null || found.at < first.at)) first = found;
    }
    return first?.cidr ?? null;
  }
}

/** The bits of the address behind the first `length`, 1 or more: 5 of `192.0.2.5`, 24. */
export function hostBits(address: Address, length: number): number {
  return bitsOf(address) & (2 ** (32 - length) - 1);
}

/** `192.0.2.0/24` of `192.0.2.1/24`. */
export function networkOf(cidr: Cidr): Cidr {
  const length = prefixOf(cidr);
  return `${octetsOf(bitsOf(addressOf(cidr)) & maskOf(length)).join('.')}/${length}`;
}

function maskOf(length: number): number {
  // A shift by 32 is one by 0.
  return length === 0 ? 0 : -1 << (32 - length);
}

function octetsOf(bits: number): readonly number[] {
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255];
}

/** As `readBits`. @throws Error when `address` is none */
function bitsOf(address: Address): number {
  const bits = readBits(address);
  if (bits === null) throw new Error(`${JSON.stringify(address)} is not an IPv4 address like 192.0.2.1`);
  return bits;
}

/** As a number of 32 bits, with sign; null when it is no address. */
function readBits(text: string): number | null {
  let bits = 0;
  let from = 0;
  for (let index = 0; index < 4; index++) {
    const to = index < 3 ? text.indexOf('.', from) : text.length;
    if (to === -1) return null;
    const digits = text.slice(from, to);
    const octet = Number(digits);
    // Only a whole number without leading zeros comes back as it was.
    if (octet > 255 || String(octet >>> 0) !== digits) return null;
    bits = (bits << 8) | octet;
    from = to + 1;
  }
  return bits;
}

/** IPv4 addresses and networks in the forms that configuration and codecs need. Pure. */

import type { Address, Cidr } from './config';

/** Dotted form with four decimal numbers without leading zeros (which some programs read as octal), nothing else. */
export function isAddress(text: string): boolean {
  return octetsOf(text) !== null;
}

/** An address that one host can have: not 0/8, multicast, reserved or broadcast. */
export function isUnicast(text: string): boolean {
  const first = octetsOf(text)?.[0];
  return first !== undefined && first > 0 && first < 224;
}

/** 224.0.0.0/4 (RFC 5771). */
export function isMulticast(text: string): boolean {
  const first = octetsOf(text)?.[0];
  return first !== undefined && first >= 224 && first < 240;
}

/** An address and a prefix length of 0 to 32. */
export function isCidr(text: string): boolean {
  const at = text.indexOf('/');
  return at > 0 && isAddress(text.slice(0, at)) && /^(\d|[12]\d|3[0-2])$/.test(text.slice(at + 1));
}

/**
 * Network byte order.
 * @throws Error when `address` is none
 */
export function octets(address: Address): readonly number[] {
  const found = octetsOf(address);
  if (found === null) throw new Error(`${JSON.stringify(address)} is not an IPv4 address like 192.0.2.1`);
  return found;
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
      // A shift by 32 is one by 0.
      const mask = length === 0 ? 0 : -1 << (32 - length);
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

/** As a number of 32 bits, with sign. */
function bitsOf(address: Address): number {
  return octets(address).reduce((bits, octet) => (bits << 8) | octet, 0);
}

/** `192.0.2.0/24` of `192.0.2.1/24`. */
export function networkOf(cidr: Cidr): Cidr {
  return `${withHostBits(cidr, 0)}/${prefixOf(cidr)}`;
}

/** `192.0.2.255` of `192.0.2.1/24`. */
export function broadcastOf(cidr: Cidr): Address {
  return withHostBits(cidr, 255);
}

function withHostBits(cidr: Cidr, fill: 0 | 255): Address {
  const length = prefixOf(cidr);
  return octets(addressOf(cidr))
    .map((octet, index) => {
      const host = 255 >> Math.min(8, Math.max(0, length - 8 * index));
      return (octet & ~host) | (fill & host);
    })
    .join('.');
}

function octetsOf(text: string): readonly number[] | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!found?.every((octet) => Number(octet) <= 255 && String(Number(octet)) === octet)) return null;
  return found.map(Number);
}

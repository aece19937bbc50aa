/** IPv4 addresses and networks in the forms that the director's codecs need. Pure; owns no configuration. */

import type { Address, Cidr } from '../config/config';

/** Dotted form with four decimal numbers, nothing else. */
export function isAddress(text: string): boolean {
  return octetsOf(text) !== null;
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

/** Whether `address` is in the network that `cidr` is in. */
export function contains(cidr: Cidr, address: Address): boolean {
  const length = Number(cidr.slice(cidr.indexOf('/') + 1));
  const own = octets(addressOf(cidr));
  return octets(address).every((octet, index) => {
    const bits = Math.min(8, Math.max(0, length - 8 * index));
    return (octet ^ own[index]!) >> (8 - bits) === 0;
  });
}

function octetsOf(text: string): readonly number[] | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return found?.every((octet) => octet <= 255) ? found : null;
}

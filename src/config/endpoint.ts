/** Address and port in one word: `192.0.2.1:80`, `[2001:db8::1]:80`. Pure; judges no address. */

import { isAddress } from './address';
import type { Address } from './config';
import { isIpv6, readIpv6 } from './ipv6';

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}

const PORT_MAX = 65_535;

/** @returns with an IPv6 address in its canonical form; null when it is no address and port from 0 to 65535 */
export function readEndpoint(text: string): Endpoint | null {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(at, 0));
  const digits = text.slice(at + 1);
  const address = host.startsWith('[') && host.endsWith(']') ? readIpv6(host.slice(1, -1)) : host;
  if (address === null || !(host !== address || isAddress(address))) return null;
  return /^\d{1,5}$/.test(digits) && Number(digits) <= PORT_MAX ? { address, port: Number(digits) } : null;
}

/** The word that `readEndpoint` reads back. */
export function printEndpoint({ address, port }: Endpoint): string {
  return isIpv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Node's `os`, as much of it as `netlink` uses. */
import { ERRNO } from '../linux';

export const constants = { errno: ERRNO };

export function endianness(): 'LE' | 'BE' {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'LE' : 'BE';
}

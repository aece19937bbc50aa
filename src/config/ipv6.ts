/** IPv6 addresses in their one text form (RFC 5952), which virtual services and real servers may have. Pure. */

const GROUPS = 8;

/** The canonical form of what may be written in several (RFC 4291); null when it is no IPv6 address. */
export function readIpv6(text: string): string | null {
  const groups = groupsOf(text);
  return groups === null ? null : printGroups(groups);
}

/** Network byte order. Null when it is no IPv6 address. */
export function ipv6Octets(text: string): readonly number[] | null {
  return groupsOf(text)?.flatMap((group) => [group >> 8, group & 255]) ?? null;
}

/** @param octets 16 of them, in network byte order */
export function printIpv6(octets: Uint8Array): string {
  return printGroups(Array.from({ length: GROUPS }, (_, at) => (octets[2 * at]! << 8) | octets[2 * at + 1]!));
}

/** An address that one host can have beyond its own link: not ::, ::1, multicast, link-local or a mapped IPv4 address. */
export function isUnicastIpv6(address: string): boolean {
  const groups = groupsOf(address);
  if (groups === null) return false;
  const [first = 0] = groups;
  return !(first === 0 || first >= 0xff00 || (first & 0xffc0) === 0xfe80);
}

/** True of what can only be meant for IPv6: IPv4 addresses have no colon. */
export function isIpv6(address: string): boolean {
  return address.includes(':');
}

function groupsOf(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 45) return null;
  const [head = [], tail = null] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const words = [...head, ...(tail ?? [])];
  if (!words.every((word) => /^[0-9A-Fa-f]{1,4}$/.test(word))) return null;
  const missing = GROUPS - words.length;
  if (tail === null ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<string>(missing).fill('0'), ...(tail ?? [])].map((word) =>
    Number.parseInt(word, 16),
  );
}

/** The longest row of two or more zeros is left out, the first of equal ones (RFC 5952, 4.2). */
function printGroups(groups: readonly number[]): string {
  let start = 0;
  let length = 0;
  for (let at = 0; at < GROUPS; at++) {
    let end = at;
    while (end < GROUPS && groups[end] === 0) end += 1;
    if (end - at > length && end - at > 1) [start, length] = [at, end - at];
    at = Math.max(at, end - 1);
  }
  const words = groups.map((group) => group.toString(16));
  if (length === 0) return words.join(':');
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`;
}

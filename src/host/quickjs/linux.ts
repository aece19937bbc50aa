/**
 * Numbers of the Linux system call interface on x86 (32 and 64 bit agree on all of these), by the kernel's names
 * without their prefix, and the words for errno values. Owns constants only; never calls anything.
 */

/** open(2), <asm-generic/fcntl.h>. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  /** Names the file without opening what it stands for. */
  PATH: 0o10000000,
} as const;

/** poll(2). */
export const POLL = { IN: 1, OUT: 4, ERR: 8, HUP: 16, NVAL: 32 } as const;

/** signal(7), x86. */
export const SIGNAL = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  TERM: 15,
  CHLD: 17,
} as const;

/** socket(2). */
export const AF = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16, PACKET: 17, ALG: 38 } as const;
export const SOCK = { STREAM: 1, DGRAM: 2, RAW: 3, SEQPACKET: 5 } as const;

/** protocols(5). */
export const IPPROTO = { ICMP: 1, TCP: 6 } as const;

export const SOL = { IP: 0, SOCKET: 1, IPV6: 41, RAW: 255, NETLINK: 270, ALG: 279 } as const;
export const SO = {
  REUSEADDR: 2,
  ERROR: 4,
  BROADCAST: 6,
  SNDBUF: 7,
  RCVBUF: 8,
  LINGER: 13,
  BINDTODEVICE: 25,
} as const;
export const IP = { MULTICAST_IF: 32, MULTICAST_TTL: 33, MULTICAST_LOOP: 34, ADD_MEMBERSHIP: 35 } as const;
/** ipv6(7). */
export const IPV6_ADD_MEMBERSHIP = 20;
export const NETLINK = { ADD_MEMBERSHIP: 1, DROP_MEMBERSHIP: 2 } as const;
export const TCP_QUICKACK = 12;
export const ALG_SET_KEY = 1;
/** A set of types that are kept out, raw(7) and <linux/icmp.h>. */
export const ICMP_FILTER = 1;

/** Of a datagram that a socket gets back from its own machine: a copy of its own broadcast. packet(7). */
export const PACKET_LOOPBACK = 5;
/** <linux/filter.h>: where a filter finds the packet type of packet(7), and the codes that are used here. */
export const FILTER = { PACKET_TYPE: 0xfffff004, LOAD: 0x20, JUMP_IF_EQUAL: 0x15, RETURN: 0x06 } as const;

/** recv(2). */
export const MSG = { PEEK: 2, TRUNC: 0x20 } as const;

/** TIOCMGET bits, <asm-generic/termios.h>. */
export const TIOCM = { DTR: 0x002, RTS: 0x004, CTS: 0x020, CD: 0x040, DSR: 0x100 } as const;

/** Interface flags, netdevice(7). LOWER_UP is the driver's word for a carrier. */
export const IFF = { UP: 0x1, LOOPBACK: 0x8, LOWER_UP: 0x10000 } as const;

const ERRORS = {
  EPERM: [1, 'not permitted'],
  ENOENT: [2, 'no such file or device'],
  ESRCH: [3, 'no such entry'],
  EINTR: [4, 'interrupted'],
  EIO: [5, 'input/output error'],
  ENXIO: [6, 'no such device'],
  E2BIG: [7, 'argument list too long'],
  ENOEXEC: [8, 'not an executable file'],
  EBADF: [9, 'bad file descriptor'],
  EAGAIN: [11, 'would block'],
  ENOMEM: [12, 'out of memory'],
  EACCES: [13, 'permission denied'],
  EBUSY: [16, 'device or resource busy'],
  EEXIST: [17, 'exists already'],
  ENODEV: [19, 'no such device'],
  ENOTDIR: [20, 'not a directory'],
  EISDIR: [21, 'is a directory'],
  EINVAL: [22, 'invalid argument'],
  EMFILE: [24, 'too many open files'],
  ENOTTY: [25, 'not a terminal'],
  EFBIG: [27, 'file too large'],
  ENOSPC: [28, 'no space left'],
  EROFS: [30, 'read-only file system'],
  EPIPE: [32, 'the reader is gone'],
  ENAMETOOLONG: [36, 'name too long'],
  ENOSYS: [38, 'not in this kernel'],
  ENODATA: [61, 'no data'],
  EPROTO: [71, 'protocol error'],
  EOVERFLOW: [75, 'value too large'],
  EMSGSIZE: [90, 'message too long'],
  EPROTONOSUPPORT: [93, 'protocol not supported'],
  EOPNOTSUPP: [95, 'not supported'],
  EAFNOSUPPORT: [97, 'address family not supported'],
  EADDRINUSE: [98, 'address in use'],
  EADDRNOTAVAIL: [99, 'no such address here'],
  ENETDOWN: [100, 'network is down'],
  ENETUNREACH: [101, 'network unreachable'],
  ECONNABORTED: [103, 'connection aborted'],
  ECONNRESET: [104, 'connection reset'],
  ENOBUFS: [105, 'no buffer space'],
  ENOTCONN: [107, 'not connected'],
  ETIMEDOUT: [110, 'timed out'],
  ECONNREFUSED: [111, 'connection refused'],
  EHOSTDOWN: [112, 'host is down'],
  EHOSTUNREACH: [113, 'no route to host'],
  EALREADY: [114, 'already in progress'],
  EINPROGRESS: [115, 'in progress'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ErrorName = keyof typeof ERRORS;

/** errno values by name, positive as in <errno.h>. */
export const ERRNO = Object.fromEntries(
  Object.entries(ERRORS).map(([name, [value]]) => [name, value]),
) as Readonly<Record<ErrorName, number>>;

const byValue: ReadonlyMap<number, readonly [string, string]> = new Map(
  Object.entries(ERRORS).map(([name, [value, words]]) => [value as number, [name, words] as const]),
);

/** Name of an errno value of either sign, e.g. `EEXIST`; `errno 200` for one that is not in the table. */
export function errorName(errno: number): string {
  return byValue.get(Math.abs(errno))?.[0] ?? `errno ${Math.abs(errno)}`;
}

/** What an errno value of either sign means, for the end of a sentence. */
export function errorWords(errno: number): string {
  return byValue.get(Math.abs(errno))?.[1] ?? `errno ${Math.abs(errno)}`;
}

/**
 * The native module `sys` of the runner: thin, bounded wrappers of Linux system calls and nothing else.
 * Unless a line says otherwise a function returns a number >= 0 on success and -errno on failure; it never
 * throws for what the system refuses, only (TypeError, RangeError) for arguments of the wrong type or range.
 * Buffers are ArrayBuffer with an explicit offset and length, both checked. All descriptors are made
 * close-on-exec; sockets, pipes and terminals are made non-blocking.
 */
declare module 'sys' {
  /** Arguments after the bytecode file's name. */
  export const args: readonly string[];
  /** `QuickJS` version and machine, for `understudy version`. */
  export const build: { readonly quickjs: string; readonly machine: string };
  export function hostname(): string;
  export function pid(): number;
  /** Bytes of a text; half a surrogate pair becomes three bytes that are no UTF-8. */
  export function utf8(text: string): ArrayBuffer;
  /** Ends the process at once. */
  export function exit(status: number): never;

  /** CLOCK_MONOTONIC in milliseconds with fractions (clock_gettime(2)). */
  export function monotonic(): number;
  /** CLOCK_REALTIME in milliseconds since 1970. */
  export function realtime(): number;
  /** getrandom(2), up to 256 bytes. Never waits: before the kernel has its seed, soon after boot, it is guessable. */
  export function random(length: number): ArrayBuffer;

  /**
   * poll(2). `set` holds `count` (at most 1024) triples of (fd, events, revents); a negative fd is left out. Returns how
   * many are ready, 0 at the timeout. All revents are written back, and into `ready` the places of these among the
   * triples, in order. A signal (EINTR) counts as 0 ready.
   * @param timeoutMs rounded up to whole milliseconds; negative waits without limit
   */
  export function poll(set: Int32Array, count: number, timeoutMs: number, ready?: Int32Array): number;
  /**
   * Runs pending promise jobs until none is left. An exception in a job, a rejection still unhandled when the queue is
   * empty, or an allocation that was refused at any time before, ends the process with one log line and status 70.
   */
  export function runJobs(): void;

  /** open(2) flags: see `O` in host/quickjs/linux.ts. O_NONBLOCK (no wait for a carrier) and O_NOCTTY are always set. */
  export function open(path: string, flags: number, mode: number): number;
  export function close(fd: number): number;
  export function read(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function write(fd: number, buffer: ArrayBuffer, offset: number, length: number): number;
  export function fsync(fd: number): number;
  /** fchmod(2). On a local socket before bind(2): the mode that its file will have. */
  export function changeMode(fd: number, mode: number): number;
  export function rename(from: string, to: string): number;
  export function unlink(path: string): number;
  export function mkdir(path: string, mode: number): number;

  export function socket(domain: number, type: number, protocol: number): number;
  /** Socket addresses are the bytes of the kernel's struct sockaddr of that family, at most 128. */
  export function bind(fd: number, address: ArrayBuffer): number;
  /** -EINPROGRESS (-115) while connecting. */
  export function connect(fd: number, address: ArrayBuffer): number;
  export function listen(fd: number, backlog: number): number;
  export function accept(fd: number): number;
  export function shutdown(fd: number, how: number): number;
  /** send(2), or sendto(2) where an address is given. MSG_NOSIGNAL and MSG_DONTWAIT are always set. */
  export function send(
    fd: number,
    buffer: ArrayBuffer,
    offset: number,
    length: number,
    flags: number,
    address: ArrayBuffer | null,
  ): number;
  /**
   * recvfrom(2) with MSG_DONTWAIT. The sender's address is written to `address` (128 bytes, the rest zero) where given.
   * With MSG_TRUNC in `flags` the result may exceed `length`: that datagram was cut.
   */
  export function receive(
    fd: number,
    buffer: ArrayBuffer,
    offset: number,
    length: number,
    flags: number,
    address: ArrayBuffer | null,
  ): number;
  /** Writes the local address into `address` (128 bytes); returns its length. */
  export function getsockname(fd: number, address: ArrayBuffer): number;
  export function setsockopt(fd: number, level: number, name: number, value: ArrayBuffer): number;
  /** Writes the value into `value`; returns its length. */
  export function getsockopt(fd: number, level: number, name: number, value: ArrayBuffer): number;
  /**
   * SO_ATTACH_FILTER of socket(7): classic BPF, at most 64 instructions of 8 bytes (struct sock_filter of
   * <linux/filter.h>), which says of each datagram how many bytes of it are kept.
   */
  export function attachFilter(fd: number, program: ArrayBuffer): number;
  /** if_nametoindex(3). */
  export function ifIndex(name: string): number;

  /** At most 65536 bytes as a text of so many characters, U+0000 to U+00FF. */
  export function latin1(buffer: ArrayBuffer, offset: number, length: number): string;
  /** Writes such a text, `?` for other characters. Returns the offset behind it; RangeError where it has no room. */
  export function putLatin1(text: string, buffer: ArrayBuffer, offset: number): number;
  /** At most 1024 bytes as two hexadecimal digits each. */
  export function hex(buffer: ArrayBuffer, offset: number, length: number): string;
  /** Whether two texts are the same; texts of one length take the same time wherever they differ. */
  export function sameText(a: string, b: string): boolean;

  /** Raw mode, 8N1, CLOCAL|CREAD, no XON/XOFF, given speed in bits/s; `hardwareFlow` sets CRTSCTS. -EINVAL for an unknown speed. */
  export function serialSetup(fd: number, baud: number, hardwareFlow: boolean): number;
  /** TIOCMGET: bits of TIOCM_*. */
  export function modemGet(fd: number): number;
  /** TIOCMBIS / TIOCMBIC. */
  export function modemSet(fd: number, set: number, clear: number): number;
  /** TIOCOUTQ: bytes not yet on the line. */
  export function outputQueued(fd: number): number;
  /** tcflush(TCIOFLUSH). */
  export function flush(fd: number): number;

  /**
   * Raw mode for a person's terminal (cfmakeraw of termios(3)), with XON/XOFF both ways; any key lets stopped output go
   * on. What waits in the queues stays. The mode that it had is written into `saved`, which needs 60 bytes.
   */
  export function terminalRaw(fd: number, saved: ArrayBuffer): number;
  /** Puts back the mode that `terminalRaw` saved. */
  export function terminalRestore(fd: number, saved: ArrayBuffer): number;
  /** TIOCGWINSZ: columns and rows, 0 each where nobody told them; or one negative number. */
  export function terminalSize(fd: number): readonly [number, number] | number;
  /**
   * crypt(3) with SHA-512. It takes some tenths of a second on a Pentium II.
   * @param password UTF-8 is hashed; at most 256 bytes
   * @param setting `$6$SALT` with up to 16 characters of `./0-9A-Za-z`, or a whole hash to compare with
   * @returns the hash, or -EINVAL for a password or a setting that is none
   */
  export function crypt(password: string, setting: string): string | number;

  /** WDIOC_SETTIMEOUT (Documentation/watchdog/watchdog-api.rst): returns the timeout in seconds that the device took. */
  export function watchdogTimeout(fd: number, seconds: number): number;
  /** WDIOC_GETTIMEOUT: the timeout in seconds that the device has. */
  export function watchdogHasTimeout(fd: number): number;
  /** mount(2) with MS_REMOUNT: turns writing on or off for the file system that is mounted at `path`. */
  export function remount(path: string, readOnly: boolean): number;

  /** A signalfd(2) for these signals, which are blocked from then on. Children get the default mask back. */
  export function signalDescriptor(signals: readonly number[]): number;
  /**
   * fork and execve(2), no shell, no PATH; descriptors become the child's 0, 1 and 2, pipes among them blocking.
   * The child is its own process group. At most 256 strings in each list. Returns its pid, or -errno of whatever
   * failed, execve included; then there is no child. When this process ends, however it does, a `bound` child gets
   * SIGTERM (PR_SET_PDEATHSIG of prctl(2)).
   */
  export function spawn(
    argv: readonly string[],
    environment: readonly string[],
    stdin: number,
    stdout: number,
    stderr: number,
    bound?: boolean,
  ): number;
  /** kill(2); a negative pid means the process group. 0 and -1 (all processes) are out of range. */
  export function kill(pid: number, signal: number): number;
  /** waitpid(-1, WNOHANG) until there is none: flat pairs of (pid, raw wait status), at most 64 pairs a call. */
  export function reap(): number[];
  /** pipe2(2): two descriptors, or one negative number. */
  export function pipe(): readonly [number, number] | number;

  /** mlock(2) of the whole program, and mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT). */
  export function lockMemory(): number;
  /** SCHED_FIFO for this process; children run SCHED_OTHER. */
  export function scheduleFifo(priority: number): number;
  /** Resident set in bytes, from /proc/self/statm. */
  export function residentBytes(): number;
}

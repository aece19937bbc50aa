/**
 * The media of `ha.cf`: serial lines and UDP. `baud` and `udpport` count when the first medium of a kind is named, and
 * then for all of that kind, so the state of the file so far is carried along.
 */
import { isAddress, isMulticast } from '../address';
import { shown } from '../problem';
import { SERIAL_BAUDS } from '../schema';
import type { Draft, SourceLine } from './draft';
import { wholeNumber } from './words';

/** Heartbeat's own defaults. */
const DEFAULT_BAUD = 19_200;
const DEFAULT_PORT = 694;
const PORT_MAX = 65_535;

/** Media that share one speed or port: each is a plugin of heartbeat's, which asks for it once. */
type Kind = 'serial' | 'bcast' | 'ucast';

/** A `baud` or `udpport` line; it is accounted for when the first medium uses it, or at the end when none did. */
interface Preset {
  readonly value: number;
  readonly line: SourceLine | null;
  used: boolean;
}

/** Reads one medium's line; `args` are the words after the directive. */
export type LinkReader = (this: void, links: Links, line: SourceLine, args: readonly string[]) => void;

export class Links {
  private readonly presets: Record<'baud' | 'udpport', Preset> = {
    baud: { value: DEFAULT_BAUD, line: null, used: true },
    udpport: { value: DEFAULT_PORT, line: null, used: true },
  };
  private readonly settled = new Map<Kind, number>();

  constructor(readonly draft: Draft) {}

  /** At the end of the file, or when the same preset is given again. */
  close(name: 'baud' | 'udpport'): void {
    const { line, used } = this.presets[name];
    const media = name === 'baud' ? 'serial' : 'bcast or ucast';
    if (line !== null && !used)
      this.draft.meaningless(line, `${name}: It counts for the first ${media} line after it; there is none.`);
  }

  preset(name: 'baud' | 'udpport', line: SourceLine, value: number): void {
    this.close(name);
    this.presets[name] = { value, line, used: false };
  }

  /** The value for a medium named now. */
  use(name: 'baud' | 'udpport', kind: Kind): number {
    const settled = this.settled.get(kind);
    if (settled !== undefined) return settled;
    const preset = this.presets[name];
    const what =
      name === 'baud'
        ? `Serial lines run at ${preset.value} baud.`
        : `Links after it use UDP port ${preset.value}.`;
    if (preset.line !== null && !preset.used) this.draft.taken(preset.line, what);
    preset.used = true;
    this.settled.set(kind, preset.value);
    return preset.value;
  }

  add(line: SourceLine, medium: string, options: string): void {
    const path = `heartbeat ${medium}`;
    if (this.draft.has(path))
      this.draft.refused(line, `The link ${medium} is named before; leave one of them out.`);
    else if (this.draft.write(line, [path, options])) {
      this.draft.facts.links += 1;
      this.draft.taken(line, `The heartbeat goes over ${medium} ${options}.`);
    }
  }
}

export const baud: LinkReader = (links, line, args) => {
  const rate = wholeNumber(args[0], 0, 1_000_000);
  if (rate !== null && SERIAL_BAUDS.includes(rate)) links.preset('baud', line, rate);
  else
    links.draft.refused(
      line,
      `${shown(args[0] ?? '')} is no baud rate; write one of ${SERIAL_BAUDS.join(', ')}.`,
    );
};

export const udpport: LinkReader = (links, line, args) => {
  const port = wholeNumber(args[0], 1, PORT_MAX);
  if (port !== null) links.preset('udpport', line, port);
  else
    links.draft.refused(
      line,
      `${shown(args[0] ?? '')} is no UDP port; write a number from 1 to ${PORT_MAX}, as 694.`,
    );
};

export const serial: LinkReader = (links, line, args) => {
  if (args.length === 0) links.draft.refused(line, 'serial lacks a device; write "serial /dev/ttyS1".');
  for (const device of args) links.add(line, `serial ${device}`, `baud ${links.use('baud', 'serial')}`);
};

export const bcast: LinkReader = (links, line, args) => {
  if (args.length === 0) links.draft.refused(line, 'bcast lacks an interface; write "bcast eth1".');
  for (const name of args) links.add(line, `bcast ${name}`, `port ${links.use('udpport', 'bcast')}`);
};

export const mcast: LinkReader = (links, line, args) => {
  const [name = '', group = '', portText, ttlText, loop = '0'] = args;
  const port = wholeNumber(portText, 1, PORT_MAX);
  const ttl = wholeNumber(ttlText, 0, 255);
  if (!isMulticast(group) || port === null || ttl === null || !/^[01]$/.test(loop)) {
    links.draft.refused(
      line,
      'mcast wants interface, group, port, ttl and loop; write "mcast eth1 225.0.0.1 694 1 0".',
    );
    return;
  }
  links.add(line, `mcast ${name} group ${group}`, `port ${port} ttl ${ttl}`);
  if (loop === '1')
    links.draft.refused(line, 'loop 1 is left out: a box does not listen to its own heartbeats.');
};

export const ucast: LinkReader = (links, line, args) => {
  const [name = '', peer = ''] = args;
  if (isAddress(peer)) links.add(line, `ucast ${name} peer ${peer}`, `port ${links.use('udpport', 'ucast')}`);
  else
    links.draft.refused(
      line,
      'ucast wants an interface and an IPv4 address; write "ucast eth1 192.168.2.12".',
    );
};

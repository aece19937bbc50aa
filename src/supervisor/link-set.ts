/**
 * The heartbeat links that are open, by the numbers that the cluster core gives them. Knows no frame; a link that stays in
 * the configuration stays open, whatever number it gets.
 */

import type { HeartbeatLink } from '../config/config';
import type { Host, LinkPort } from '../host/host';

/** A link that has not told by then whether it works is not waited for: UDP tells with the first beat. */
export const VERDICT_LIMIT_MS = 3_000;
const LOOK_MS = 50;

export interface LinkSetHandler {
  /** See `LinkHandler.onData` of the host. */
  onData(link: number, bytes: Uint8Array): number;
  onState(link: number, fault: string | null): void;
}

interface Slot {
  readonly link: HeartbeatLink;
  number: number;
  port: LinkPort | null;
  /** Somebody else uses the device. */
  lent: boolean;
  /** As last told; undefined before. */
  fault: string | null | undefined;
}

export class LinkSet {
  private slots: readonly Slot[];

  constructor(
    private readonly host: Pick<Host, 'clock' | 'openLink'>,
    links: readonly HeartbeatLink[],
    private readonly handler: LinkSetHandler,
  ) {
    this.slots = links.map(newSlot);
  }

  /** In the order of their numbers. */
  get links(): readonly HeartbeatLink[] {
    return this.slots.map(({ link }) => link);
  }

  /** Whether a serial link with bytes in a stream, or datagrams. */
  get kinds(): readonly ('stream' | 'datagram')[] {
    return this.slots.map(({ link }) => (link.kind === 'serial' ? 'stream' : 'datagram'));
  }

  /** Opens those that are wanted and not open yet. */
  open(wanted: (link: HeartbeatLink) => boolean): void {
    for (const slot of this.slots)
      if (slot.port === null && !slot.lent && wanted(slot.link))
        slot.port = this.host.openLink(slot.link, {
          onData: (bytes) => this.handler.onData(slot.number, bytes),
          onState: (fault) => {
            slot.fault = fault;
            this.handler.onState(slot.number, fault);
          },
        });
  }

  /**
   * Other links from now on; new ones are not opened yet.
   * @returns for each of them, which number it had before, or null
   */
  change(links: readonly HeartbeatLink[]): readonly (number | null)[] {
    const left = new Map(this.slots.map((slot) => [keyOf(slot.link), slot]));
    const next = links.map((link, number): { readonly slot: Slot; readonly before: number | null } => {
      const slot = left.get(keyOf(link));
      if (slot === undefined) return { slot: newSlot(link, number), before: null };
      left.delete(keyOf(link));
      const before = slot.number;
      slot.number = number;
      return { slot, before };
    });
    for (const { port } of left.values()) port?.close();
    this.slots = next.map(({ slot }) => slot);
    return next.map(({ before }) => before);
  }

  /**
   * The links to go over to: those wanted, and, while the peer is heard on none of these, those besides on which it is. It
   * may not know of the new ones yet, and two boxes that do not hear one another both take the group.
   * @param isHeard by the number of the link
   */
  beside(wanted: readonly HeartbeatLink[], isHeard: (link: number) => boolean): readonly HeartbeatLink[] {
    const keys = new Set(wanted.map(keyOf));
    const isWanted = ({ link }: Slot): boolean => keys.has(keyOf(link));
    const heard = this.slots.filter(({ number }) => isHeard(number));
    if (heard.some(isWanted)) return wanted;
    // One line cannot be used at two speeds.
    const devices = new Set(wanted.map((link) => (link.kind === 'serial' ? link.device : null)));
    const others = heard.filter(({ link }) => link.kind !== 'serial' || !devices.has(link.device));
    return [...wanted, ...others.map(({ link }) => link)];
  }

  /** Waits for what becomes of links that were just opened. @param done null, or what is wrong with one of them */
  awaitVerdicts(done: (fault: string | null) => void): void {
    const fresh = this.slots.filter(({ port, fault }) => port !== null && fault === undefined);
    const untilMs = this.host.clock.now() + VERDICT_LIMIT_MS;
    const look = (): void => {
      const faults = fresh.map(({ fault }) => fault);
      const wrong = faults.find((fault) => typeof fault === 'string');
      if (wrong !== undefined) done(wrong);
      else if (faults.includes(undefined) && this.host.clock.now() < untilMs)
        this.host.clock.after(LOOK_MS, look);
      else done(null);
    };
    look();
  }

  /** Keeps off a serial device. @returns what takes it up again */
  lend(device: string): () => void {
    const slot = this.slots.find(({ link }) => link.kind === 'serial' && link.device === device);
    if (slot === undefined) return () => {};
    slot.port?.close();
    slot.port = null;
    slot.lent = true;
    return () => {
      slot.lent = false;
      this.open((link) => link === slot.link);
    };
  }

  /** @param short what goes over a serial line in its place, if there is something */
  send(frame: Uint8Array, short: () => Uint8Array | null = () => null): void {
    for (const { link, port } of this.slots) port?.send((link.kind === 'serial' ? short() : null) ?? frame);
  }

  /** Not over a serial line, where it would keep a beat waiting for as long as it takes, unless there is no other. */
  sendAside(frame: Uint8Array): void {
    const quick = this.slots.filter(({ link }) => link.kind !== 'serial');
    for (const { port } of quick.length === 0 ? this.slots : quick) port?.sendAside(frame);
  }
}

function newSlot(link: HeartbeatLink, number: number): Slot {
  return { link, number, port: null, lent: false, fault: undefined };
}

/** Equal links have equal keys. */
function keyOf(link: HeartbeatLink): string {
  return JSON.stringify(link);
}

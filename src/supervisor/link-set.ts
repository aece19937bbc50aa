/**
 * The heartbeat links that are open, by the numbers that the cluster core gives them. Knows no frame; a link that stays in
 * the configuration stays open, whatever number it gets.
 */

import type { HeartbeatLink } from '../config/config';
import type { Host, LinkPort } from '../host/host';

export interface LinkSetHandler {
  onData(link: number, bytes: Uint8Array): void;
  onState(link: number, fault: string | null): void;
}

interface Slot {
  readonly link: HeartbeatLink;
  number: number;
  port: LinkPort | null;
  /** Somebody else uses the device. */
  lent: boolean;
}

export class LinkSet {
  private slots: readonly Slot[];

  constructor(
    private readonly host: Pick<Host, 'openLink'>,
    links: readonly HeartbeatLink[],
    private readonly handler: LinkSetHandler,
  ) {
    this.slots = links.map((link, number) => ({ link, number, port: null, lent: false }));
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
          onState: (fault) => this.handler.onState(slot.number, fault),
        });
  }

  /**
   * Other links from now on; new ones are not opened yet.
   * @returns for each of them, which number it had before, or null
   */
  change(links: readonly HeartbeatLink[]): readonly (number | null)[] {
    const left = new Map(this.slots.map((slot) => [JSON.stringify(slot.link), slot]));
    const next = links.map((link, number): { readonly slot: Slot; readonly before: number | null } => {
      const slot = left.get(JSON.stringify(link));
      if (slot === undefined) return { slot: { link, number, port: null, lent: false }, before: null };
      left.delete(JSON.stringify(link));
      const before = slot.number;
      slot.number = number;
      return { slot, before };
    });
    for (const { port } of left.values()) port?.close();
    this.slots = next.map(({ slot }) => slot);
    return next.map(({ before }) => before);
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

  send(frame: Uint8Array): void {
    for (const { port } of this.slots) port?.send(frame);
  }

  /** Not over a serial line, where it would keep a beat waiting for as long as it takes, unless there is no other. */
  sendAside(frame: Uint8Array): void {
    const quick = this.slots.filter(({ link }) => link.kind !== 'serial');
    for (const { port } of quick.length === 0 ? this.slots : quick) port?.sendAside(frame);
  }
}

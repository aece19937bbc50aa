/**
 * Announcing that an address has moved here: the ARP frames, and when they are due. Pure; sends nothing.
 */

import { octets } from '../config/address';
import type { Address } from '../config/config';

/** Ethernet header and ARP packet (RFC 826); the driver pads the frame to 60 bytes. */
export const arpFrameBytes = 42;

/** Announcements in a burst: some hosts ignore an update within 1 s of the last one, and frames get lost. */
export const burstCount = 5;
export const burstGapMs = 200;
/** From the beginning of the first burst to that of the second. */
export const secondBurstMs = 5000;
export const refreshMs = 60_000;

const broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const ethertypeArp = [0x08, 0x06];
/** Hardware type Ethernet, protocol type IPv4, their address lengths. */
const ethernetIpv4 = [0x00, 0x01, 0x08, 0x00, 6, 4];
const opRequest = [0x00, 0x01];
const opReply = [0x00, 0x02];

/**
 * One announcement: an ARP request and an ARP reply, as some stacks honour only one of them. Both are broadcast,
 * with sender address = target address (gratuitous, RFC 5227 section 3; target hardware address as in send_arp).
 * @param mac hardware address of the interface that holds the address, 6 bytes
 */
export function announcement(address: Address, mac: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const ip = octets(address);
  const frame = (operation: readonly number[], target: Iterable<number>) =>
    Uint8Array.from([
      ...broadcast,
      ...mac,
      ...ethertypeArp,
      ...ethernetIpv4,
      ...operation,
      ...mac,
      ...ip,
      ...target,
      ...ip,
    ]);
  return [frame(opRequest, [0, 0, 0, 0, 0, 0]), frame(opReply, mac)];
}

/** Where the announcing of a resource group stands. */
export interface AnnounceSchedule {
  readonly startMs: number;
  readonly sent: number;
}

/** The first announcement is due at once. Begin again after each acquire, and when told to. */
export function startAnnouncing(nowMs: number): AnnounceSchedule {
  return { startMs: nowMs, sent: 0 };
}

/** When the next announcement is due, in the clock of `startMs`. */
export function nextAnnouncementMs({ startMs, sent }: AnnounceSchedule): number {
  const burst = Math.floor(sent / burstCount);
  if (burst < 2) return startMs + burst * secondBurstMs + (sent % burstCount) * burstGapMs;
  return startMs + (sent - 2 * burstCount + 1) * refreshMs;
}

/** After the announcement that was due. One that comes very late leaves out the refreshes it has missed. */
export function announced(schedule: AnnounceSchedule, nowMs: number): AnnounceSchedule {
  const missed = Math.floor((nowMs - nextAnnouncementMs(schedule)) / refreshMs);
  return {
    ...schedule,
    sent: schedule.sent + 1 + (schedule.sent >= 2 * burstCount ? Math.max(0, missed) : 0),
  };
}

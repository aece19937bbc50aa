/** A switch with hosts that remember, by ARP, whose card has an address. Frames reach them through live ports only. */

/** Where an ARP packet (RFC 826) in an Ethernet frame names its sender. */
const SENDER_MAC = 22;
const SENDER_ADDRESS = 28;

export function macText(mac: Uint8Array): string {
  return mac.join(':');
}

export class Segment {
  /** What the hosts' caches say: address -> hardware address, both as text. */
  readonly #cache = new Map<string, string>();
  /** The switch is off. */
  dead = false;

  /** @param frame a gratuitous ARP, as the product builds it */
  hear(frame: Uint8Array): void {
    if (this.dead) return;
    const address = frame.subarray(SENDER_ADDRESS, SENDER_ADDRESS + 4).join('.');
    this.#cache.set(address, macText(frame.subarray(SENDER_MAC, SENDER_MAC + 6)));
  }

  /** @param mac as `macText` writes it */
  pointsTo(address: string, mac: string): boolean {
    return this.#cache.get(address) === mac;
  }
}

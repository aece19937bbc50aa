/** Ethernet frames as far as the hardware test looks at them: heartbeats over UDP, and ARP (RFC 826). Pure. */

const ETHERTYPE_IP = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const PROTOCOL_UDP = 17;
const HEARTBEAT_PORT = 694;
const ARP_REQUEST = 1;
const ARP_REPLY = 2;
const BROADCAST = 'ff:ff:ff:ff:ff:ff';
/** Shortest frame without its checksum. */
const FRAME_BYTES = 60;

/** Whether a frame carries a heartbeat. */
export function isHeartbeat(frame: Buffer): boolean {
  if (frame.length < 42 || frame.readUInt16BE(12) !== ETHERTYPE_IP || frame[23] !== PROTOCOL_UDP)
    return false;
  const udp = 14 + (frame[14]! & 0xf) * 4;
  return frame.readUInt16BE(udp + 2) === HEARTBEAT_PORT && frame.includes('>>>', udp + 8);
}

/** Whether a frame answers `mac`'s question who has `address`. */
export function answers(frame: Buffer, mac: string, address: string): boolean {
  return (
    frame.length >= 42 &&
    frame.readUInt16BE(12) === ETHERTYPE_ARP &&
    frame.readUInt16BE(20) === ARP_REPLY &&
    frame.subarray(28, 32).equals(ipBytes(address)) &&
    frame.subarray(0, 6).equals(macBytes(mac))
  );
}

/** The question of the host with `mac` and `from`: who has `address`? */
export function arpRequest(mac: string, from: string, address: string): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES);
  macBytes(BROADCAST).copy(frame, 0);
  macBytes(mac).copy(frame, 6);
  // Ethernet and IP, their addresses' lengths.
  const words = [ETHERTYPE_ARP, 1, ETHERTYPE_IP, 0x0604, ARP_REQUEST];
  for (const [i, word] of words.entries()) frame.writeUInt16BE(word, 12 + i * 2);
  macBytes(mac).copy(frame, 22);
  ipBytes(from).copy(frame, 28);
  ipBytes(address).copy(frame, 38);
  return frame;
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.split(':').map((byte) => Number.parseInt(byte, 16)));
}

function ipBytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

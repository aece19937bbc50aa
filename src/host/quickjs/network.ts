/**
 * Interfaces, addresses and routes of this box through rtnetlink (the package `netlink`), and raw Ethernet frames.
 * Carries out what it is told; decides nothing.
 */

import { FlagsNew } from 'netlink/dist/constants';
import { createRtNetlink, type RtNetlinkSocket } from 'netlink/dist/rt/rt';
import type { AddressMessage, LinkMessage } from 'netlink/dist/rt/structs';
import * as sys from 'sys';
import type { Address, Cidr } from '../../config/config';
import { ipv6Octets } from '../../config/ipv6';
import type { Cancellable, Done, InterfaceState, Network, NetworkOperation, Result } from '../host';
import { DONE, failure, refusal, SystemError, success } from './failure';
import { AF, IP, IPV6_ADD_MEMBERSHIP, SOCK, SOL } from './linux';
import { explained, rejection } from './rejection';
import { RequestQueue } from './request-queue';
import { addressBytes, addressText, multicastRequest, multicastRequest6, packetAddress } from './sockaddr';

/** The kernel answers at once; this only bounds a lost answer. */
const ANSWER_TIMEOUT_MS = 2000;
/** Link messages of every interface at once must fit. */
const EVENT_BUFFER_BYTES = 256 * 1024;
/** Destination, source, type. */
const ETHERNET_HEADER_BYTES = 14;
const NO_MAC = [0, 0, 0, 0, 0, 0];
const MAIN_TABLE = 254;
const REQUEST = { timeout: ANSWER_TIMEOUT_MS };
/** RTEXT_FILTER_SKIP_STATS, <linux/rtnetlink.h>: statistics are most of a link's message, and nobody reads them here. */
const WITHOUT_STATISTICS = { extMask: Buffer.from([8, 0, 0, 0]) };

type LinkState = Pick<InterfaceState, 'name' | 'up' | 'carrier'>;
type OnChange = (state: LinkState) => void;

export class NetlinkNetwork implements Network {
  private readonly socket: RtNetlinkSocket = createRtNetlink();
  private readonly queue = new RequestQueue('rtnetlink');
  private frames = -1;

  constructor() {
    // A lost answer shows as a timeout of its request.
    this.socket.socket.on('error', () => {});
  }

  read(done: Done<readonly InterfaceState[]>): void {
    this.queue.add(async () => {
      try {
        const links = await this.socket.getLinks({}, WITHOUT_STATISTICS, REQUEST);
        const addresses = await this.socket.getAddresses({ family: AF.INET }, {}, REQUEST);
        return links.map((link) => interfaceState(link, addresses));
      } catch (error) {
        throw explained('read the interfaces', error);
      }
    }, done);
  }

  apply(operation: NetworkOperation, done: Done<null>): void {
    this.queue.add(async () => {
      try {
        await this.carryOut(operation);
      } catch (error) {
        if (!harmless(operation, error)) throw explained(describe(operation), error);
      }
      return null;
    }, done);
  }

  watch(onChange: OnChange, onAddresses: () => void): void {
    const events = createRtNetlink({ recvBufferSize: EVENT_BUFFER_BYTES, sendBufferSize: 0 });
    const known = new Map<string, LinkState>();
    const report = (state: LinkState): void => {
      const before = known.get(state.name);
      if (before?.up === state.up && before.carrier === state.carrier) return;
      known.set(state.name, state);
      onChange(state);
    };
    const readAgain = (): void =>
      this.read((result) => {
        if (result.ok) for (const { name, up, carrier } of result.value) report({ name, up, carrier });
      });
    events.on('message', (messages) => {
      for (const message of messages) if (message.kind === 'link') report(linkState(message));
      if (messages.some(({ kind }) => kind === 'address')) onAddresses();
    });
    // An interface is taken down before it is deleted, so a deletion needs no case of its own.
    events.socket.on('truncatedMessage', readAgain);
    events.socket.on('error', readAgain);
    events.addMembership('LINK');
    events.addMembership('IPV4_IFADDR');
  }

  sendFrame(interfaceName: string, frame: Uint8Array): Result<null> {
    const what = `send a frame through ${interfaceName}`;
    if (frame.length < ETHERNET_HEADER_BYTES)
      return failure(`cannot ${what}: ${frame.length} bytes are less than an Ethernet header`);
    if (this.frames < 0) this.frames = sys.socket(AF.PACKET, SOCK.RAW, 0);
    if (this.frames < 0) return failure(refusal(what, this.frames));
    const index = sys.ifIndex(interfaceName);
    if (index < 0) return failure(refusal(what, index));
    const type = (frame[12]! << 8) | frame[13]!;
    const { buffer, byteOffset, length } = frame;
    const target = packetAddress(index, type, frame);
    const sent = sys.send(this.frames, buffer as ArrayBuffer, byteOffset, length, 0, target);
    return sent < 0 ? failure(refusal(what, sent)) : DONE;
  }

  /** Through a socket that is bound to no port, so that nothing ever comes in by it. */
  join(interfaceName: string, group: Address): Result<Cancellable> {
    const what = `join the group ${group} on ${interfaceName}`;
    const index = sys.ifIndex(interfaceName);
    if (index < 0) return failure(refusal(what, index));
    const ipv6 = ipv6Octets(group);
    const fd = sys.socket(ipv6 === null ? AF.INET : AF.INET6, SOCK.DGRAM, 0);
    if (fd < 0) return failure(refusal(what, fd));
    const joined =
      ipv6 === null
        ? sys.setsockopt(fd, SOL.IP, IP.ADD_MEMBERSHIP, multicastRequest(group, index))
        : sys.setsockopt(fd, SOL.IPV6, IPV6_ADD_MEMBERSHIP, multicastRequest6(ipv6, index));
    if (joined >= 0) return success({ cancel: () => sys.close(fd) });
    sys.close(fd);
    return failure(refusal(what, joined));
  }

  private async carryOut(operation: NetworkOperation): Promise<void> {
    switch (operation.type) {
      case 'link-up': {
        const data = {
          index: indexOf(operation.interface),
          flags: { up: true },
          change: { up: true },
        } as const;
        await this.socket.setLink(data, {}, REQUEST);
        return;
      }
      case 'address-add': {
        const { data, attributes } = addressMessage(operation.interface, operation.address);
        const flags = FlagsNew.CREATE | FlagsNew.EXCL;
        await this.socket.newAddress(data, attributes, { ...REQUEST, flags });
        return;
      }
      case 'address-delete': {
        const { data, attributes } = addressMessage(operation.interface, operation.address);
        await this.socket.delAddress(data, attributes, REQUEST);
        return;
      }
      case 'route-replace': {
        const { data, attributes } = routeMessage(operation);
        const flags = FlagsNew.CREATE | FlagsNew.REPLACE;
        await this.socket.newRoute(data, attributes, { ...REQUEST, flags });
        return;
      }
      case 'route-delete': {
        const { data, attributes } = routeMessage(operation);
        await this.socket.delRoute(data, attributes, REQUEST);
      }
    }
  }
}

function harmless(operation: NetworkOperation, error: unknown): boolean {
  if (operation.type === 'address-add') return rejection(error) === 'EEXIST';
  // With the last address of its network, the kernel takes a route away by itself.
  if (operation.type === 'route-delete') return rejection(error) === 'ESRCH';
  if (operation.type !== 'address-delete') return false;
  // An interface that is not there holds no address either.
  if (error instanceof SystemError) return error.is('ENODEV');
  return ['EADDRNOTAVAIL', 'ESRCH', 'ENODEV'].includes(rejection(error) ?? '');
}

function describe(operation: NetworkOperation): string {
  switch (operation.type) {
    case 'link-up':
      return `bring up ${operation.interface}`;
    case 'address-add':
      return `add ${operation.address} to ${operation.interface}`;
    case 'address-delete':
      return `delete ${operation.address} from ${operation.interface}`;
    case 'route-replace':
      return `set the route to ${operation.destination} via ${operation.via}`;
    case 'route-delete':
      return `delete the route to ${operation.destination} via ${operation.via}`;
  }
}

function indexOf(name: string): number {
  const index = sys.ifIndex(name);
  if (index < 0) throw new SystemError(`find the interface ${name}`, index);
  return index;
}

function parseCidr(text: Cidr): { bytes: Uint8Array; prefix: number } {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text);
  const prefix = Number(match?.[2] ?? 33);
  if (match === null || prefix > 32)
    throw new Error(`"${text}" is not an address with a prefix like 192.0.2.1/24`);
  return { bytes: addressBytes(match[1]!), prefix };
}

function addressMessage(name: string, address: Cidr) {
  const { bytes, prefix } = parseCidr(address);
  const local = Buffer.from(bytes);
  const data = { family: AF.INET, prefixlen: prefix, index: indexOf(name) };
  if (prefix > 30) return { data, attributes: { local, address: local } };
  // The broadcast address must be given; the kernel does not compute it.
  const hostBits = 0xffffffff >>> prefix;
  const broadcast = Buffer.from(bytes.map((byte, at) => byte | (hostBits >>> (24 - 8 * at))));
  return { data, attributes: { local, address: local, broadcast } };
}

function routeMessage({ destination, via }: { readonly destination: Cidr; readonly via: Address }) {
  const { bytes, prefix } = parseCidr(destination);
  const data = {
    family: AF.INET,
    dstLen: prefix,
    table: MAIN_TABLE,
    protocol: 'STATIC',
    scope: 'UNIVERSE',
    type: 'UNICAST',
  } as const;
  const gateway = Buffer.from(addressBytes(via));
  return { data, attributes: prefix === 0 ? { gateway } : { gateway, dst: Buffer.from(bytes) } };
}

function linkState(link: LinkMessage): LinkState {
  const { flags } = link.data;
  const up = flags?.up === true;
  return { name: link.attrs.ifname ?? '', up, carrier: up && flags?.lowerUp === true };
}

function interfaceState(link: LinkMessage, addresses: readonly AddressMessage[]): InterfaceState {
  const own = addresses.filter(({ data }) => data.index === link.data.index);
  return {
    ...linkState(link),
    index: link.data.index ?? 0,
    mac: Uint8Array.from(link.attrs.address ?? NO_MAC),
    addresses: own.flatMap(({ attrs, data }) => {
      const bytes = attrs.local ?? attrs.address;
      return bytes === undefined ? [] : [`${addressText(bytes)}/${data.prefixlen}`];
    }),
  };
}

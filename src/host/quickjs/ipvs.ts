/**
 * The kernel's IPVS table through generic netlink. What the bytes mean is the director's codec's business; this
 * file finds the family and carries requests and answers.
 */

import { Flags, FlagsGet } from 'netlink/dist/constants';
import { createGenericNetlink, type GenericNetlinkMessage } from 'netlink/dist/genl/genl';
import { Commands } from 'netlink/dist/genl/structs';
import { ipvsCommand, ipvsFamily } from '../../director/ipvs-attributes';
import {
  decodeDestination,
  decodeService,
  encodeOperation,
  encodeServiceKey,
} from '../../director/ipvs-codec';
import { decodeDaemon, decodeTimeouts } from '../../director/ipvs-settings-codec';
import {
  destinationName,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsService,
  type IpvsSettings,
  type IpvsTable,
  serviceName,
} from '../../director/table';
import type { Clock, Done, Ipvs } from '../host';
import { explained, rejection } from './rejection';
import { RequestQueue } from './request-queue';

/** The kernel answers at once; this only bounds a lost answer. */
const ANSWER_TIMEOUT_MS = 2000;
/** Some milliseconds' work on a slow machine. */
const DECODED_AT_ONCE = 32;

export class NetlinkIpvs implements Ipvs {
  private readonly socket = createGenericNetlink();
  private readonly queue = new RequestQueue('IPVS');
  private family: number | null = null;

  constructor(private readonly clock: Pick<Clock, 'after'>) {
    // A lost answer shows as a timeout of its request.
    this.socket.socket.on('error', () => {});
  }

  read(done: Done<IpvsTable>, withRates = false): void {
    this.queue.add(async () => {
      const services = await this.dump('read the IPVS services', ipvsCommand.getService, new Uint8Array(0));
      const table: IpvsService[] = [];
      for (const message of services) {
        const service = decodeService(message.data);
        if (service === null) continue;
        const what = `read the servers of ${serviceName(service)}`;
        const found = await this.dump(what, ipvsCommand.getDestination, encodeServiceKey(service));
        table.push({ ...service, destinations: await this.decode(found, withRates) });
      }
      return table;
    }, done);
  }

  /** A few at a time: heartbeats do not wait for a thousand servers. */
  private async decode(
    messages: readonly GenericNetlinkMessage[],
    withRates: boolean,
  ): Promise<IpvsDestination[]> {
    const destinations: IpvsDestination[] = [];
    for (const [at, { data }] of messages.entries()) {
      if (at > 0 && at % DECODED_AT_ONCE === 0) await new Promise<void>((go) => this.clock.after(0, go));
      const one = decodeDestination(data, withRates);
      if (one !== null) destinations.push(one);
    }
    return destinations;
  }

  readSettings(done: Done<IpvsSettings>): void {
    this.queue.add(async () => {
      const none = new Uint8Array(0);
      const config = await this.request('read the IPVS timeouts', ipvsCommand.getConfig, none, 0);
      const daemons = await this.dump('read the IPVS sync daemons', ipvsCommand.getDaemon, none);
      return {
        timeouts: decodeTimeouts(config[0]?.data ?? none),
        daemons: daemons.map(({ data }) => decodeDaemon(data)),
      };
    }, done);
  }

  apply(operation: IpvsOperation, done: Done<null>): void {
    this.queue.add(async () => {
      const { command, attributes } = encodeOperation(operation);
      await this.request(describe(operation), command, attributes, 0);
      return null;
    }, done);
  }

  private dump(what: string, command: number, attributes: Uint8Array): Promise<GenericNetlinkMessage[]> {
    return this.request(what, command, attributes, FlagsGet.DUMP);
  }

  private async request(
    what: string,
    command: number,
    attributes: Uint8Array,
    flags: number,
  ): Promise<GenericNetlinkMessage[]> {
    const family = this.family ?? (await this.findFamily());
    try {
      const options = { flags: Flags.REQUEST | flags, timeout: ANSWER_TIMEOUT_MS };
      const [messages] = await this.socket.request(family, command, ipvsFamily.version, attributes, options);
      return messages;
    } catch (error) {
      // A module that was loaded again has another number.
      this.family = null;
      throw explained(what, error);
    }
  }

  private async findFamily(): Promise<number> {
    try {
      const [answer] = await this.socket.ctrlRequest(
        Commands.GET_FAMILY,
        { familyName: ipvsFamily.name },
        { timeout: ANSWER_TIMEOUT_MS },
      );
      if (answer?.familyId === undefined) throw new Error('the kernel named no family number');
      this.family = answer.familyId;
      return this.family;
    } catch (error) {
      if (rejection(error) !== 'ENOENT') throw explained('find IPVS in the kernel', error);
      throw new Error(
        'this kernel has no IPVS: load the module ip_vs, or use a kernel built with CONFIG_IP_VS',
      );
    }
  }
}

function describe(operation: IpvsOperation): string {
  if (operation.type === 'timeouts-set') return 'set the IPVS timeouts';
  if ('daemon' in operation) {
    const verb = operation.type === 'daemon-start' ? 'start' : 'stop';
    return `${verb} the IPVS sync ${operation.daemon.role} on ${operation.daemon.interface}`;
  }
  const name = serviceName(operation.service);
  const [object, verb] = operation.type.split('-');
  if (object === 'service') return `${verb} the IPVS service ${name}`;
  const server = 'destination' in operation ? destinationName(operation.destination) : '';
  return `${verb} the IPVS server ${server} of ${name}`;
}

/**
 * The kernel's IPVS table through generic netlink. What the bytes mean is the director's codec's business; this
 * file finds the family and carries requests and answers.
 */

import { Flags, FlagsGet } from 'netlink/dist/constants';
import { createGenericNetlink, type GenericNetlinkMessage } from 'netlink/dist/genl/genl';
import { Commands } from 'netlink/dist/genl/structs';
import {
  decodeDestination,
  decodeService,
  encodeOperation,
  encodeServiceKey,
  ipvsCommand,
  ipvsFamily,
} from '../../director/ipvs-codec';
import type { IpvsOperation, IpvsService, IpvsTable } from '../../director/table';
import type { Done, Ipvs } from '../host';
import { explained, rejection } from './rejection';
import { RequestQueue } from './request-queue';

/** The kernel answers at once; this only bounds a lost answer. */
const ANSWER_TIMEOUT_MS = 2000;

export class NetlinkIpvs implements Ipvs {
  private readonly socket = createGenericNetlink();
  private readonly queue = new RequestQueue('IPVS');
  private family: number | null = null;

  constructor() {
    // A lost answer shows as a timeout of its request.
    this.socket.socket.on('error', () => {});
  }

  read(done: Done<IpvsTable>): void {
    this.queue.add(async () => {
      const services = await this.dump('read the IPVS services', ipvsCommand.getService, new Uint8Array(0));
      const table: IpvsService[] = [];
      for (const message of services) {
        const service = decodeService(message.data);
        if (service === null) continue;
        const what = `read the servers of ${service.protocol} ${service.address}:${service.port}`;
        const found = await this.dump(what, ipvsCommand.getDestination, encodeServiceKey(service));
        const destinations = found.flatMap(({ data }) => decodeDestination(data) ?? []);
        table.push({ ...service, destinations });
      }
      return table;
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
  const { service, type } = operation;
  const name = `${service.protocol} ${service.address}:${service.port}`;
  const [object, verb] = type.split('-');
  if (object === 'service') return `${verb} the IPVS service ${name}`;
  const server =
    'destination' in operation ? `${operation.destination.address}:${operation.destination.port}` : '';
  return `${verb} the IPVS server ${server} of ${name}`;
}

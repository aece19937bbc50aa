/**
 * The kernel's IPVS table through generic netlink. What the bytes mean is the director's codec's business; this
 * file finds the family and carries requests and answers: one read, or a few operations, at a time.
 */

import { attribute, parseAttributes } from '../../director/attributes';
import { ipvsCommand, ipvsFamily, nameText, readU16 } from '../../director/ipvs-attributes';
import { decodeService, encodeOperation, encodeServiceKey } from '../../director/ipvs-codec';
import { decodeDestination } from '../../director/ipvs-destination-codec';
import { decodeDaemon, decodeTimeouts } from '../../director/ipvs-settings-codec';
import {
  type BareService,
  destinationName,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsService,
  type IpvsSettings,
  type IpvsTable,
  type SyncDaemon,
  serviceName,
  type Timeouts,
} from '../../director/table';
import type { Clock, Done, Ipvs } from '../host';
import { DONE, failure, refusal, success } from './failure';
import { type Family, GenericNetlink, type Heard, REQUESTS_AT_ONCE, type Request } from './generic-netlink';
import { ERRNO } from './linux';

/** Reads and operations; far above what one change of the whole configuration asks for at a time. */
export const WAITING_LIMIT = 256;

/** GENL_ID_CTRL and what is asked of it, <linux/genetlink.h>. */
const controller: Family = { number: 16, version: 1 };
const control = { getFamily: 3, familyId: 1, familyName: 2 } as const;

interface Waiting {
  readonly operation: IpvsOperation;
  readonly done: Done<null>;
}

export class NetlinkIpvs implements Ipvs {
  private readonly socket: GenericNetlink;
  private readonly waiting: (Waiting | (() => Promise<void>))[] = [];
  private busy = false;
  private family: Family | null = null;

  constructor(clock: Pick<Clock, 'after' | 'now'>) {
    this.socket = new GenericNetlink(clock);
  }

  read(done: Done<IpvsTable>, withRates = false): void {
    this.answer(done, async () => {
      const services: BareService[] = [];
      await this.dump('read the IPVS services', ipvsCommand.getService, NOTHING, (...message) => {
        const service = decodeService(bytesOf(...message));
        if (service !== null) services.push(service);
      });
      const table: IpvsService[] = [];
      for (const service of services) {
        const destinations: IpvsDestination[] = [];
        const what = `read the servers of ${serviceName(service)}`;
        await this.dump(what, ipvsCommand.getDestination, encodeServiceKey(service), (words, from, bytes) => {
          const one = decodeDestination(words, from, bytes, withRates);
          if (one !== null) destinations.push(one);
        });
        table.push({ ...service, destinations });
      }
      return table;
    });
  }

  readSettings(done: Done<IpvsSettings>): void {
    this.answer(done, async () => {
      const timeouts: Timeouts[] = [];
      const daemons: SyncDaemon[] = [];
      const config = { command: ipvsCommand.getConfig, attributes: NOTHING };
      await this.ask(await this.find(), 'read the IPVS timeouts', config, (...message) =>
        timeouts.push(decodeTimeouts(bytesOf(...message))),
      );
      await this.dump('read the IPVS sync daemons', ipvsCommand.getDaemon, NOTHING, (...message) =>
        daemons.push(decodeDaemon(bytesOf(...message))),
      );
      if (timeouts[0] === undefined) throw new Error('cannot read the IPVS timeouts: the kernel told none');
      return { timeouts: timeouts[0], daemons };
    });
  }

  apply(operation: IpvsOperation, done: Done<null>): void {
    this.add({ operation, done }, done);
  }

  /** Tells what comes of a read when its turn has come. */
  private answer<T>(done: Done<T>, read: () => Promise<T>): void {
    this.add(
      () =>
        read().then(
          (value) => done(success(value)),
          (error: unknown) => done(failure(sentenceOf(error))),
        ),
      done,
    );
  }

  private add(next: Waiting | (() => Promise<void>), done: Done<never>): void {
    if (this.waiting.length >= WAITING_LIMIT) {
      const sentence = `more than ${WAITING_LIMIT} requests wait for IPVS`;
      Promise.resolve().then(() => done(failure(sentence)));
      return;
    }
    this.waiting.push(next);
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    // Who has one operation often has more, which then go together.
    await null;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift())
      if (typeof next === 'function') await next();
      else await this.carryOut(this.takeOperations(next));
    this.busy = false;
  }

  /** With those that stand behind it. */
  private takeOperations(first: Waiting): Waiting[] {
    const taken = [first];
    while (taken.length < REQUESTS_AT_ONCE) {
      const next = this.waiting[0];
      if (next === undefined || typeof next === 'function') break;
      this.waiting.shift();
      taken.push(next);
    }
    return taken;
  }

  private async carryOut(all: readonly Waiting[]): Promise<void> {
    const family = await this.find().catch(sentenceOf);
    if (typeof family === 'string') {
      for (const { done } of all) done(failure(family));
      return;
    }
    const sent: Waiting[] = [];
    const requests: Request[] = [];
    for (const one of all) {
      const request = encoded(one);
      if (request === null) continue;
      sent.push(one);
      requests.push(request);
    }
    if (sent.length === 0) return;
    const errnos = await new Promise<readonly number[]>((told) =>
      this.socket.ask(family, requests, unheard, told),
    );
    for (const [at, { operation, done }] of sent.entries()) done(this.outcome(operation, errnos[at]!));
  }

  private outcome(operation: IpvsOperation, errno: number) {
    if (errno === 0) return DONE;
    this.refused();
    return failure(refusal(describe(operation), errno));
  }

  /** A module that was loaded again has another number. */
  private refused(): void {
    this.family = null;
  }

  private async dump(what: string, command: number, attributes: Uint8Array, heard: Heard): Promise<void> {
    const family = await this.find();
    await this.exchange(what, heard, (each, told) =>
      this.socket.dump(family, { command, attributes }, each, told),
    );
  }

  private async ask(family: Family, what: string, request: Request, heard: Heard): Promise<void> {
    await this.exchange(what, heard, (each, told) =>
      this.socket.ask(family, [request], each, ([errno = 0]) => told(errno)),
    );
  }

  /** What cannot be understood ends nothing but this: the rest of the answer is left out. */
  private async exchange(
    what: string,
    heard: Heard,
    begin: (each: Heard, told: (errno: number) => void) => void,
  ): Promise<void> {
    let fault: unknown = null;
    const errno = await new Promise<number>((told) =>
      begin((words, from, bytes) => {
        if (fault !== null) return;
        try {
          heard(words, from, bytes);
        } catch (error) {
          fault = error;
        }
      }, told),
    );
    if (errno !== 0) {
      this.refused();
      throw new Refusal(what, errno);
    }
    if (fault !== null) throw fault;
  }

  private async find(): Promise<Family> {
    if (this.family !== null) return this.family;
    const name = attribute(control.familyName, nameText('a family name', ipvsFamily.name));
    let number = 0;
    try {
      const request = { command: control.getFamily, attributes: name };
      await this.ask(controller, 'find IPVS in the kernel', request, (...message) => {
        number = readU16(parseAttributes(bytesOf(...message)), control.familyId, 'family number');
      });
    } catch (error) {
      if (!(error instanceof Refusal && error.errno === ERRNO.ENOENT)) throw error;
      throw new Error(
        'this kernel has no IPVS: load the module ip_vs, or use a kernel built with CONFIG_IP_VS',
      );
    }
    this.family = { number, version: ipvsFamily.version };
    return this.family;
  }
}

class Refusal extends Error {
  constructor(
    what: string,
    readonly errno: number,
  ) {
    super(refusal(what, errno));
  }
}

const NOTHING = new Uint8Array(0);
const unheard: Heard = () => {};

function bytesOf(words: Uint32Array<ArrayBuffer>, from: number, bytes: number): Uint8Array {
  return new Uint8Array(words.buffer, 4 * from, bytes);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Null when a value does not fit the kernel's type, which is told. */
function encoded({ operation, done }: Waiting): Request | null {
  try {
    return encodeOperation(operation);
  } catch (error) {
    done(failure(sentenceOf(error)));
    return null;
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

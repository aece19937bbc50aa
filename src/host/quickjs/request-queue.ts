/**
 * One netlink request at a time, in the order of the calls: on one socket a dump and another request's answer
 * would interleave. Pure but for promises; knows no netlink.
 */

import type { Done } from '../host';
import { failure, success } from './failure';

/** Far above what one change of the whole configuration asks for. */
export const REQUEST_LIMIT = 256;

export class RequestQueue {
  private readonly waiting: (() => Promise<void>)[] = [];
  private busy = false;

  /** @param name whose queue it is, for the sentence when it is full */
  constructor(private readonly name: string) {}

  /**
   * Starts `request` when all earlier ones have ended.
   * @param request rejects with an Error whose message is a whole sentence
   */
  add<T>(request: () => Promise<T>, done: Done<T>): void {
    if (this.waiting.length >= REQUEST_LIMIT) {
      const sentence = `more than ${REQUEST_LIMIT} requests wait for ${this.name}`;
      Promise.resolve().then(() => done(failure(sentence)));
      return;
    }
    this.waiting.push(() =>
      request().then(
        (value) => done(success(value)),
        (error: unknown) => done(failure(error instanceof Error ? error.message : String(error))),
      ),
    );
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) await next();
    this.busy = false;
  }
}

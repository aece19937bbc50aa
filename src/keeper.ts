/** The store at a distance: each request goes to a child, which is `understudy store FILE`, by JSON on its input and output. */

import type { Edition, Revision } from './config/archive';
import type { Draft, Found } from './config/store';
import type { StoreRequest } from './config/store-request';
import type { Done, Result } from './host/host';
import { failure } from './host/quickjs/failure';
import { runOwn } from './host/quickjs/save';
import type { Checked } from './supervisor/commit-types';
import type { Keeper } from './supervisor/committer';

export class ChildKeeper implements Keeper {
  /**
   * @param file of the running configuration
   * @param node tells the name of this box
   * @param atLeast tells the number that the next revision gets, if that is higher than its own
   */
  constructor(
    private readonly file: string,
    private readonly node: () => string,
    private readonly atLeast: () => number,
  ) {}

  check(text: string, done: Done<Checked>): void {
    this.ask({ op: 'check', text, node: this.node() }, done);
  }

  stored(done: Done<Found>): void {
    this.ask({ op: 'stored' }, done);
  }

  save(draft: Draft, done: Done<Revision>): void {
    this.ask({ op: 'save', draft, atLeast: this.atLeast() }, done);
  }

  restore(edition: Edition | null, done: Done<null>): void {
    this.ask({ op: 'restore', edition }, done);
  }

  archive(done: Done<readonly Revision[]>): void {
    this.ask({ op: 'archive' }, done);
  }

  archived(n: number, done: Done<Edition>): void {
    this.ask({ op: 'archived', n }, done);
  }

  /** The child is this very program, and is believed. */
  private ask<T>(request: StoreRequest, done: Done<T>): void {
    runOwn(['store', this.file], JSON.stringify(request), (said) => {
      if (!said.ok) {
        done(said);
        return;
      }
      let result: Result<T>;
      try {
        result = JSON.parse(said.value) as Result<T>;
      } catch {
        result = failure(`the child for ${request.op} gave no whole answer`);
      }
      done(result);
    });
  }
}

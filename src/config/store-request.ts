/** What the supervisor asks of a child that may wait for the disk, and the child's answer. Pure over the store and the check. */

import type { Result } from '../host/host';
import type { Edition } from './archive';
import type { Draft, Store } from './store';

export type StoreRequest =
  /** For the node of that name. */
  | { readonly op: 'check'; readonly text: string; readonly node: string }
  | { readonly op: 'stored' }
  | { readonly op: 'save'; readonly draft: Draft; readonly atLeast: number }
  | { readonly op: 'restore'; readonly edition: Edition | null }
  | { readonly op: 'archive' }
  | { readonly op: 'archived'; readonly n: number };

/** @param check what `check` is answered with */
export function answerStore(
  request: StoreRequest,
  store: Store,
  check: (text: string, node: string) => unknown,
): Result<unknown> {
  switch (request.op) {
    case 'check':
      return { ok: true, value: check(request.text, request.node) };
    case 'stored':
      return { ok: true, value: store.find() };
    case 'save':
      return store.save(request.draft, request.atLeast);
    case 'restore':
      return store.restore(request.edition);
    case 'archive':
      return { ok: true, value: store.entries().map(({ text: _, ...revision }) => revision) };
    case 'archived':
      return store.archived(request.n);
  }
}

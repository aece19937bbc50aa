import { describe, expect, it } from 'vitest';
import type { Result } from '../../../src/host/host';
import { REQUEST_LIMIT, RequestQueue } from '../../../src/host/quickjs/request-queue';

/** A request that the test ends by hand. */
function request(): { start: () => Promise<string>; end: (value: string) => void; started: () => boolean } {
  let started = false;
  let end: (value: string) => void = () => {};
  const promise = new Promise<string>((resolve) => {
    end = resolve;
  });
  const start = (): Promise<string> => {
    started = true;
    return promise;
  };
  return { start, end, started: () => started };
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the request queue', () => {
  it('starts a request when the one before has ended', async () => {
    const queue = new RequestQueue('test');
    const results: Result<string>[] = [];
    const [first, second] = [request(), request()];
    queue.add(first.start, (result) => results.push(result));
    queue.add(second.start, (result) => results.push(result));
    await turns();
    expect([first.started(), second.started()]).toEqual([true, false]);
    second.end('second');
    first.end('first');
    await turns();
    expect(results).toEqual([
      { ok: true, value: 'first' },
      { ok: true, value: 'second' },
    ]);
  });

  it('goes on after a failure, and tells its sentence', async () => {
    const queue = new RequestQueue('test');
    const results: Result<string>[] = [];
    queue.add(
      () => Promise.reject(new Error('cannot do it')),
      (result) => results.push(result),
    );
    queue.add(
      () => Promise.resolve('fine'),
      (result) => results.push(result),
    );
    await turns();
    expect(results).toEqual([
      { ok: false, error: 'cannot do it' },
      { ok: true, value: 'fine' },
    ]);
  });

  it('refuses more than its limit, after the call', async () => {
    const queue = new RequestQueue('the test');
    const results: Result<string>[] = [];
    for (let at = 0; at <= REQUEST_LIMIT; at++) queue.add(request().start, () => {});
    queue.add(request().start, (result) => results.push(result));
    expect(results).toEqual([]);
    await turns();
    expect(results).toEqual([{ ok: false, error: 'more than 256 requests wait for the test' }]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { POLL } from '../../../src/host/quickjs/linux';
import { DEFERRED_LIMIT, DESCRIPTOR_LIMIT, Loop } from '../../../src/host/quickjs/loop';
import { FakeSystem } from './fake-system';

let system: FakeSystem;
let loop: Loop;
let seen: string[];

beforeEach(() => {
  system = new FakeSystem();
  loop = new Loop(system);
  seen = [];
});

/** Watches `fd` for reading; stops the loop after `limit` calls in all. */
function note(fd: number, limit: number, also: () => void = () => {}): void {
  loop
    .watch(fd, {
      readable: () => {
        seen.push(`fd ${fd}`);
        also();
        if (seen.length >= limit) loop.stop();
      },
    })
    .want(true, false);
}

describe('the event loop', () => {
  it('lets no always-ready descriptor starve another, nor a timer', () => {
    for (const fd of [3, 4, 5]) {
      system.ready.set(fd, POLL.IN);
      note(fd, 8, () => system.nowMs++);
    }
    loop.after(2, () => seen.push('timer'));
    loop.run();
    expect(seen).toEqual(['fd 3', 'fd 4', 'fd 5', 'timer', 'fd 3', 'fd 4', 'fd 5', 'fd 3']);
  });

  it('lets no timer that sets itself again at once starve a descriptor', () => {
    const again = (): void => {
      seen.push('timer');
      loop.after(0, again);
    };
    loop.after(0, again);
    system.ready.set(3, POLL.IN);
    note(3, 4);
    loop.run();
    expect(seen).toEqual(['fd 3', 'timer', 'fd 3', 'timer', 'fd 3'].slice(0, seen.length));
    expect(seen.length).toBeGreaterThanOrEqual(4);
  });

  it('runs what is deferred after what is ready, and what that defers one round later', () => {
    system.ready.set(3, POLL.IN);
    loop.defer(() => {
      seen.push('first');
      loop.defer(() => seen.push('second'));
    });
    note(3, 4);
    loop.run();
    expect(seen).toEqual(['fd 3', 'first', 'fd 3', 'second', 'fd 3'].slice(0, seen.length));
    expect(seen.length).toBeGreaterThanOrEqual(4);
  });

  it('runs promise jobs after each callback', () => {
    loop.after(1, () => seen.push(`after ${system.jobs}`));
    loop.after(1, () => seen.push(`after ${system.jobs}`));
    loop.run();
    expect(seen).toEqual(['after 1', 'after 2']);
    expect(system.jobs).toBe(3);
  });

  it('does not call a handler whose watcher an earlier one of the same round stopped', () => {
    system.ready.set(3, POLL.IN).set(4, POLL.IN);
    const late = loop.watch(4, { readable: () => seen.push('fd 4') });
    note(3, 2, () => late.stop());
    late.want(true, false);
    loop.run();
    expect(seen).toEqual(['fd 4', 'fd 3']);
  });

  it('keeps a new watcher of a descriptor number apart from the old one of the same round', () => {
    system.ready.set(3, POLL.IN).set(4, POLL.IN);
    const old = loop.watch(4, { readable: () => seen.push('old') });
    let once = false;
    note(3, 2, () => {
      if (once) return;
      once = true;
      old.stop();
      loop.watch(4, { readable: () => seen.push('new') }).want(true, false);
    });
    old.want(true, false);
    loop.run();
    expect(seen).toEqual(['old', 'fd 3']);
  });

  it('calls only for what is wanted', () => {
    system.ready.set(3, POLL.IN | POLL.OUT);
    const watcher = loop.watch(3, {
      readable: () => seen.push('readable'),
      writable: () => {
        seen.push('writable');
        watcher.want(false, false);
      },
    });
    watcher.want(false, true);
    loop.run();
    expect(seen).toEqual(['writable']);
  });

  it('polls nothing of a descriptor that is not wanted, until it is again', () => {
    const polled: number[][] = [];
    const { poll } = system;
    system.poll = (set, count, timeoutMs) => {
      polled.push([0, 1].slice(0, count).map((place) => set[3 * place]!));
      return poll(set, count, timeoutMs);
    };
    const one = loop.watch(3, {});
    loop.watch(4, {}).want(true, false);
    loop.after(1, () => one.want(true, false));
    loop.after(2, () => one.want(false, false));
    loop.after(3, () => loop.stop());
    loop.run();
    expect(polled).toEqual([
      [-1, 4],
      [3, 4],
      [-1, 4],
    ]);
  });

  it('tells of an error or hang-up through the handler that is wanted', () => {
    system.ready.set(3, POLL.HUP).set(4, POLL.ERR);
    note(3, 2);
    loop.watch(4, { writable: () => seen.push('fd 4') }).want(false, true);
    loop.after(1, () => loop.stop());
    system.nowMs += 0;
    loop.run();
    expect(seen.slice(0, 2)).toEqual(['fd 3', 'fd 4']);
  });

  it('ends the program when a watched descriptor was closed', () => {
    system.ready.set(3, POLL.NVAL);
    note(3, 1);
    expect(() => loop.run()).toThrow('descriptor 3 was closed while it was watched');
  });

  it('lets an exception out', () => {
    loop.after(0, () => {
      throw new Error('broken');
    });
    expect(() => loop.run()).toThrow('broken');
  });

  it('calls nothing more after stop', () => {
    system.ready.set(3, POLL.IN);
    loop.after(0, () => loop.stop());
    loop.after(0, () => seen.push('timer'));
    loop.defer(() => seen.push('deferred'));
    note(3, 9);
    loop.run();
    expect(seen).toEqual(['fd 3']);
  });

  it('does not begin when it was stopped before', () => {
    loop.defer(() => seen.push('deferred'));
    loop.stop();
    loop.run();
    expect(seen).toEqual([]);
  });

  it('ends when nothing is left to wait for', () => {
    loop.watch(3, { readable: () => {} });
    loop.after(5, () => seen.push('timer')).cancel();
    loop.run();
    expect(seen).toEqual([]);
    expect(system.polls).toBe(0);
  });

  it('tells how late the worst timer was, once', () => {
    loop.after(10, () => {
      system.nowMs += 250;
    });
    loop.after(20, () => {});
    loop.run();
    expect(loop.takeLatenessMs()).toBe(240);
    expect(loop.takeLatenessMs()).toBe(0);
  });

  it('has limits', () => {
    for (let fd = 0; fd < DESCRIPTOR_LIMIT; fd++) loop.watch(fd, {});
    expect(() => loop.watch(999, {})).toThrow(RangeError);
    for (let at = 0; at < DEFERRED_LIMIT; at++) loop.defer(() => {});
    expect(() => loop.defer(() => {})).toThrow(RangeError);
  });
});

describe('children', () => {
  it('are reaped until none is left, though their signal came once', () => {
    const start = (name: string): number =>
      loop.spawn([name], [], [0, 1, 2], (status) => seen.push(`${name} ${status}`));
    const pids = ['a', 'b', 'c'].map(start);
    system.ended.push([pids[0]!, 0, pids[1]!, 256], [pids[2]!, 9]);
    system.ready.set(100, POLL.IN);
    loop.run();
    expect(seen).toEqual(['a 0', 'b 256', 'c 9']);
  });

  it('are not started before their signal is watched', () => {
    loop.spawn(['a'], [], [0, 1, 2], () => {});
    loop.spawn(['b'], [], [0, 1, 2], () => {});
    expect(system.calls).toEqual(['signalDescriptor 17', 'spawn a', 'spawn b']);
  });

  it('of others are ignored', () => {
    const pid = loop.spawn(['a'], [], [0, 1, 2], (status) => seen.push(`a ${status}`));
    system.ended.push([7, 0, pid, 0]);
    system.ready.set(100, POLL.IN);
    loop.run();
    expect(seen).toEqual(['a 0']);
  });

  it('that cannot be started are not waited for', () => {
    expect(loop.spawn(['missing'], [], [0, 1, 2], () => seen.push('ended'))).toBe(-2);
    system.ended.push([]);
    expect(seen).toEqual([]);
  });
});

describe('signals', () => {
  it('run their handler until cancelled', () => {
    system.ready.set(100, POLL.IN);
    const hangup = loop.onSignal(1, () => {
      seen.push('hangup');
      hangup.cancel();
    });
    loop.run();
    expect(seen).toEqual(['hangup']);
    expect(system.calls).toEqual(['signalDescriptor 1', 'read 100', 'close 100']);
  });

  it('that cannot be watched are an error', () => {
    system.signalDescriptor = () => -24;
    expect(() => loop.onSignal(1, () => {})).toThrow('cannot watch signal 1: EMFILE');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { POLL } from '../../../src/host/quickjs/linux';
import {
  BUSY_MS,
  DEFERRED_LIMIT,
  DESCRIPTOR_LIMIT,
  Loop,
  PATIENT_MS,
  REST_MS,
} from '../../../src/host/quickjs/loop';
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

  describe('with patient descriptors', () => {
    const PATIENT = 4;

    /** Each call takes 1 ms; ready all the time. */
    function patient(fds: readonly number[]): void {
      for (const fd of fds) {
        system.ready.set(fd, POLL.IN);
        const readable = (): void => {
          seen.push(`patient ${fd}`);
          system.nowMs++;
          if (seen.length >= 40) loop.stop();
        };
        loop.watch(fd, { readable }, true).want(true, false);
      }
    }

    it('runs others and timers between a few of them', () => {
      expect(PATIENT_MS).toBe(PATIENT);
      patient([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      loop.after(0, () => seen.push('timer'));
      note(3, 99);
      loop.after(5, () => {
        system.ready.set(3, POLL.IN);
        seen.push('timer');
      });
      loop.run();
      expect(seen.slice(0, 10)).toEqual([
        'timer',
        ...['patient 10', 'patient 11', 'patient 12', 'patient 13'],
        ...['patient 14', 'patient 15', 'patient 16', 'patient 17'],
        'timer',
      ]);
      const beats = seen.map((one, at) => (one === 'fd 3' ? at : -1)).filter((at) => at >= 0);
      for (const [index, at] of beats.entries())
        if (index > 0) expect(at - beats[index - 1]!).toBeLessThanOrEqual(PATIENT + 1);
      expect(beats.length).toBeGreaterThan(2);
    });

    it('comes to each of them in turn', () => {
      const fds = [10, 11, 12, 13, 14, 15, 16];
      patient(fds);
      loop.run();
      const counts = fds.map((fd) => seen.filter((one) => one === `patient ${fd}`).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
    });

    it('comes to what waits for it to be free when none of them is ready, in order', () => {
      const fds = [10, 11, 12, 13, 14, 15];
      patient(fds);
      for (const name of ['first', 'second', 'third']) loop.whenFree(() => seen.push(name));
      loop.after(20, () => system.ready.clear());
      loop.after(30, () => loop.stop());
      loop.run();
      const places = ['first', 'second', 'third'].map((name) => seen.indexOf(name));
      const last = seen.map((one) => one.startsWith('patient')).lastIndexOf(true);
      expect(last).toBeGreaterThanOrEqual(18);
      expect(places).toEqual([last + 1, last + 2, last + 3]);
    });

    it('runs what waits within its time, and goes on in the next round', () => {
      for (let at = 0; at < 6; at++)
        loop.whenFree(() => {
          seen.push(`free ${at}`);
          system.nowMs++;
        });
      loop.after(1, () => seen.push('timer'));
      loop.run();
      expect(seen).toEqual(['free 0', 'free 1', 'free 2', 'free 3', 'timer', 'free 4', 'free 5']);
    });

    it('refuses more than there may be', () => {
      for (let at = 0; at < DEFERRED_LIMIT; at++) loop.whenFree(() => {});
      expect(() => loop.whenFree(() => {})).toThrow(`more than ${DEFERRED_LIMIT} callbacks are patient`);
    });
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
    expect(loop.takeLatenessMs()).toBe(240 + REST_MS);
    expect(loop.takeLatenessMs()).toBe(0);
  });

  it('rests after it has been busy for long, so that the kernel gets the processor', () => {
    system.ready.set(3, POLL.IN);
    const startMs = system.nowMs;
    note(3, 30, () => {
      system.nowMs++;
    });
    loop.run();
    const restedMs = system.nowMs - startMs - 30;
    expect(restedMs).toBe(Math.floor(30 / (BUSY_MS + 1)) * REST_MS);
  });

  it('does not rest where it waits anyway', () => {
    const waits: number[] = [];
    const { poll } = system;
    system.poll = (set, count, timeoutMs, ready) => {
      waits.push(timeoutMs);
      return poll(set, count, timeoutMs, ready);
    };
    for (let at = 1; at <= 20; at++) loop.after(5 * at, () => {});
    loop.run();
    expect(waits).toEqual(Array(20).fill(5));
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

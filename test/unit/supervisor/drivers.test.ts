/** What the supervisor's small drivers ask of a host, and what they make of its answers. */

import { describe, expect, it } from 'vitest';
import type { Command, CommandResult, Done, Result } from '../../../src/host/host';
import { FENCE_DEADLINE_MS, fence } from '../../../src/supervisor/fencer';
import { Helper } from '../../../src/supervisor/helpers';
import { Memory } from '../../../src/supervisor/memory';
import { WatchdogDriver, type WatchdogReport, watchdogSeconds } from '../../../src/supervisor/watchdog';

/** Programs, files and time that the test moves by hand. */
class FakeHost {
  nowMs = 0;
  readonly commands: Command[] = [];
  readonly timers: { atMs: number; run: () => void }[] = [];
  readonly events: string[] = [];
  readonly files = new Map<string, string>();
  readonly saves: { text: string; done: Done<null> }[] = [];
  cancelled = 0;
  private done: Done<CommandResult>[] = [];

  readonly clock = {
    now: () => this.nowMs,
    wall: () => this.nowMs,
    after: (delayMs: number, run: () => void) => {
      this.timers.push({ atMs: this.nowMs + delayMs, run });
      return { cancel: () => this.cancelled++ };
    },
  };
  readonly log = (_level: string, event: string) => {
    this.events.push(event);
  };
  readonly execute = (command: Command, done: Done<CommandResult>) => {
    this.commands.push(command);
    this.done.push(done);
    return { cancel: () => this.cancelled++ };
  };
  readonly readFile = (path: string): Result<string> => {
    const value = this.files.get(path);
    return value === undefined ? { ok: false, error: 'no such file' } : { ok: true, value };
  };
  readonly saveFile = (_path: string, text: string, done: Done<null>) => {
    this.saves.push({ text, done });
  };

  ends(status: number, output = ''): void {
    this.done.shift()?.({ ok: true, value: { status, output } });
  }
}

describe('fencing', () => {
  const ask = (end: (host: FakeHost) => void): [FakeHost, string | null] => {
    const host = new FakeHost();
    let fault: string | null = 'not told';
    fence(host, ['/usr/bin/power', 'off'], 'lb-b', (told) => {
      fault = told;
    });
    end(host);
    return [host, fault];
  };

  it('runs the command with the name of the peer, and a deadline', () => {
    const [{ commands }] = ask((host) => host.ends(0));
    expect(commands[0]).toMatchObject({
      argv: ['/usr/bin/power', 'off', 'lb-b'],
      deadlineMs: FENCE_DEADLINE_MS,
    });
  });

  it('has succeeded only at status 0', () => {
    expect(ask((host) => host.ends(0, 'switched off\n'))[1]).toBeNull();
    expect(ask((host) => host.ends(1, 'no such outlet\nmore'))[1]).toBe(
      '/usr/bin/power off lb-b ended with status 1: no such outlet',
    );
  });
});

describe('a helper', () => {
  it('is started again, later each time, until one run has lasted', () => {
    const host = new FakeHost();
    new Helper(host, ['/usr/bin/helper']).start();
    const waits: number[] = [];
    for (let run = 0; run < 8; run++) {
      host.ends(1);
      const timer = host.timers.pop()!;
      waits.push(timer.atMs - host.nowMs);
      host.nowMs = timer.atMs;
      timer.run();
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    host.nowMs += 60_000;
    host.ends(0);
    expect(host.timers.pop()!.atMs - host.nowMs).toBe(1000);
  });

  it('that ends with status 100 stays ended', () => {
    const host = new FakeHost();
    new Helper(host, ['/usr/bin/helper']).start();
    host.ends(100);
    expect(host.timers).toEqual([]);
  });

  it('ends with the supervisor', () => {
    const host = new FakeHost();
    const helper = new Helper(host, ['/usr/bin/helper']);
    helper.start();
    helper.stop();
    expect(host.cancelled).toBe(1);
  });
});

describe('the maintenance flag', () => {
  const recalled = (text: string | null): [boolean, readonly string[]] => {
    const host = new FakeHost();
    if (text !== null) host.files.set('/config/state', text);
    return [new Memory(host, '/config/state').recall(), host.events];
  };

  it('is recalled, and anything garbled means off and is reported', () => {
    expect(recalled('maintenance on\n')).toEqual([true, []]);
    expect(recalled('maintenance off\n')).toEqual([false, []]);
    expect(recalled(null)).toEqual([false, []]);
    expect(recalled('maint')).toEqual([false, ['state-garbled']]);
  });

  it('is saved one at a time, so that the last word stays', () => {
    const host = new FakeHost();
    const memory = new Memory(host, '/config/state');
    for (const flag of [true, false, true, false]) memory.remember(flag);
    expect(host.saves.map(({ text }) => text)).toEqual(['maintenance on\n']);
    host.saves[0]!.done({ ok: true, value: null });
    expect(host.saves.map(({ text }) => text)).toEqual(['maintenance on\n', 'maintenance off\n']);
    host.saves[1]!.done({ ok: false, error: 'no space left' });
    expect(host.saves).toHaveLength(2);
    expect(host.events).toEqual(['state-not-saved']);
  });
});

describe('the watchdog', () => {
  const device = (calls: string[], fault: string | null) => ({
    openWatchdog: (path: string, seconds: number) => {
      calls.push(`open ${path} ${seconds}`);
      if (fault === 'open') return { ok: false as const, error: 'no such device' };
      const act = (name: string): Result<null> => {
        calls.push(name);
        return fault === name ? { ok: false, error: `cannot ${name}` } : { ok: true, value: null };
      };
      const value = { timeoutMs: seconds * 1000, feed: () => act('feed'), disarm: () => act('disarm') };
      return { ok: true as const, value };
    },
  });
  const effect = (act: 'arm' | 'feed' | 'disarm', deadtimeMs = 5000) =>
    ({ type: 'watchdog', act, deadtimeMs }) as const;
  const driver = (fault: string | null): [WatchdogDriver, string[], WatchdogReport[]] => {
    const [calls, reports]: [string[], WatchdogReport[]] = [[], []];
    const made = new WatchdogDriver(device(calls, fault), '/dev/watchdog', (report) => reports.push(report));
    return [made, calls, reports];
  };

  it('takes the longest whole seconds below the deadtime', () => {
    expect([100, 1000, 1001, 2000, 2500, 5000].map(watchdogSeconds)).toEqual([1, 1, 1, 1, 2, 4]);
  });

  it('is armed, fed and disarmed', () => {
    const [watchdog, calls, reports] = driver(null);
    for (const act of ['arm', 'feed', 'feed', 'disarm', 'feed'] as const) watchdog.carryOut(effect(act));
    expect(calls).toEqual(['open /dev/watchdog 4', 'feed', 'feed', 'disarm']);
    expect(reports).toEqual([{ timeoutMs: 4000, fault: null }]);
  });

  it('is opened anew where it must bite sooner or later, and not where that makes no whole second', () => {
    const [watchdog, calls, reports] = driver(null);
    for (const deadtimeMs of [5000, 4500, 2500, 8000]) watchdog.carryOut(effect('arm', deadtimeMs));
    const opened = (seconds: number) => `open /dev/watchdog ${seconds}`;
    expect(calls).toEqual([opened(4), 'disarm', opened(2), 'disarm', opened(7)]);
    expect(reports.map(({ timeoutMs }) => timeoutMs)).toEqual([4000, 4000, 2000, 7000]);
  });

  it('is disarmed where another device, or none, is to be used', () => {
    const [watchdog, calls] = driver(null);
    watchdog.carryOut(effect('arm'));
    expect(watchdog.use('/dev/watchdog')).toBe(false);
    expect(watchdog.use('/dev/watchdog1')).toBe(true);
    watchdog.carryOut(effect('arm'));
    expect(watchdog.use(null)).toBe(true);
    for (const act of ['arm', 'feed', 'disarm'] as const) watchdog.carryOut(effect(act));
    expect(calls).toEqual(['open /dev/watchdog 4', 'disarm', 'open /dev/watchdog1 4', 'disarm']);
  });

  it('that an earlier run left behind is opened to be disarmed', () => {
    const [watchdog, calls] = driver(null);
    watchdog.carryOut(effect('disarm'));
    expect(calls).toEqual(['open /dev/watchdog 4', 'disarm']);
  });

  it('reports what the device refuses', () => {
    const [missing, , reports] = driver('open');
    missing.carryOut(effect('arm'));
    expect(reports).toEqual([{ timeoutMs: null, fault: 'no such device' }]);
    const [broken, , faults] = driver('feed');
    for (const act of ['arm', 'feed'] as const) broken.carryOut(effect(act));
    expect(faults.at(-1)).toEqual({ timeoutMs: null, fault: 'cannot feed' });
  });
});

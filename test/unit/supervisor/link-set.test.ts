import { describe, expect, it } from 'vitest';
import type { HeartbeatLink } from '../../../src/config/config';
import type { LinkHandler } from '../../../src/host/host';
import { LinkSet, VERDICT_LIMIT_MS } from '../../../src/supervisor/link-set';

const SERIAL: HeartbeatLink = { kind: 'serial', device: '/dev/ttyS1', baud: 9600 };
const FAST: HeartbeatLink = { ...SERIAL, baud: 115_200 };
const bcast = (name: string): HeartbeatLink => ({ kind: 'bcast', interface: name, port: 694 });
const [INSIDE, OUTSIDE] = [bcast('eth1'), bcast('eth0')];

class Bench {
  nowMs = 0;
  readonly events: string[] = [];
  readonly handlers = new Map<string, LinkHandler>();
  readonly set: LinkSet;
  private timers: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(links: readonly HeartbeatLink[]) {
    const clock = {
      now: () => this.nowMs,
      wall: () => this.nowMs,
      after: (delayMs: number, run: () => void) => {
        this.timers.push({ atMs: this.nowMs + delayMs, run });
        return { cancel: () => {} };
      },
    };
    const openLink = (link: HeartbeatLink, handler: LinkHandler) => {
      const name = nameOf(link);
      this.events.push(`open ${name}`);
      this.handlers.set(name, handler);
      return {
        send: (frame: Uint8Array) => this.events.push(`send ${frame[0]} on ${name}`),
        sendAside: (frame: Uint8Array) => this.events.push(`aside ${frame[0]} on ${name}`),
        close: () => this.events.push(`close ${name}`),
      };
    };
    this.set = new LinkSet({ clock, openLink }, links, {
      onData: (link, [first]) => this.events.push(`byte ${first} of ${link}`),
      onState: (link, fault) => this.events.push(`state of ${link}: ${fault}`),
    });
    this.set.open(() => true);
    this.events.length = 0;
  }

  change(links: readonly HeartbeatLink[]): readonly (number | null)[] {
    const from = this.set.change(links);
    this.set.open(() => true);
    return from;
  }

  wait(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs++) {
      const due = this.timers.filter(({ atMs }) => atMs <= this.nowMs);
      this.timers = this.timers.filter((timer) => !due.includes(timer));
      for (const { run } of due) run();
    }
  }
}

function nameOf(link: HeartbeatLink): string {
  return link.kind === 'serial' ? `serial ${link.baud}` : link.interface;
}

describe('links that change', () => {
  it('stay open where they stay, and are known by their new numbers', () => {
    const bench = new Bench([SERIAL, INSIDE]);
    expect(bench.change([OUTSIDE, INSIDE, SERIAL])).toEqual([null, 1, 0]);
    expect(bench.events).toEqual(['open eth0']);
    for (const name of ['eth0', 'eth1', 'serial 9600']) bench.handlers.get(name)!.onData(Uint8Array.of(7));
    bench.handlers.get('serial 9600')!.onState('hung up');
    expect(bench.events.slice(1)).toEqual([
      'byte 7 of 0',
      'byte 7 of 1',
      'byte 7 of 2',
      'state of 2: hung up',
    ]);
  });

  it('are closed where they are gone, and carry nothing any more', () => {
    const bench = new Bench([SERIAL, INSIDE]);
    expect(bench.change([INSIDE])).toEqual([1]);
    bench.set.send(Uint8Array.of(1));
    expect(bench.events).toEqual(['close serial 9600', 'send 1 on eth1']);
  });

  it('are closed before the same line is opened with another speed', () => {
    const bench = new Bench([SERIAL]);
    expect(bench.change([FAST])).toEqual([null]);
    expect(bench.events).toEqual(['close serial 9600', 'open serial 115200']);
  });

  it('that somebody else uses stay closed until they are given back', () => {
    const bench = new Bench([SERIAL, INSIDE]);
    const giveBack = bench.set.lend('/dev/ttyS1');
    bench.change([INSIDE, SERIAL]);
    expect(bench.events).toEqual(['close serial 9600']);
    giveBack();
    expect(bench.events).toEqual(['close serial 9600', 'open serial 9600']);
    bench.set.lend('/dev/ttyS7')();
    expect(bench.events).toHaveLength(2);
  });

  it('carry what is no beat aside: over a serial line only where there is no other', () => {
    const bench = new Bench([SERIAL, INSIDE, OUTSIDE]);
    bench.set.sendAside(Uint8Array.of(1));
    expect(bench.events).toEqual(['aside 1 on eth1', 'aside 1 on eth0']);
    const alone = new Bench([SERIAL]);
    alone.set.sendAside(Uint8Array.of(1));
    expect(alone.events).toEqual(['aside 1 on serial 9600']);
  });
});

describe('former links', () => {
  const beside = (
    heard: readonly number[],
    before: readonly HeartbeatLink[],
    wanted: readonly HeartbeatLink[],
  ) => new Bench(before).set.beside(wanted, (link) => heard.includes(link));

  it('stay open while the peer is heard on no other', () => {
    expect(beside([0], [INSIDE], [OUTSIDE])).toEqual([OUTSIDE, INSIDE]);
    expect(beside([0, 1], [INSIDE, SERIAL], [OUTSIDE])).toEqual([OUTSIDE, INSIDE, SERIAL]);
  });

  it('are closed where it is heard on one that stays, or not on them', () => {
    expect(beside([0, 1], [INSIDE, SERIAL], [SERIAL])).toEqual([SERIAL]);
    expect(beside([], [INSIDE], [OUTSIDE])).toEqual([OUTSIDE]);
    expect(beside([1], [INSIDE, SERIAL], [OUTSIDE])).toEqual([OUTSIDE, SERIAL]);
  });

  it('are closed where the new one needs the same line', () => {
    expect(beside([0], [SERIAL], [FAST])).toEqual([FAST]);
  });
});

describe('what becomes of new links', () => {
  const verdict = (bench: Bench): (string | null)[] => {
    const told: (string | null)[] = [];
    bench.set.awaitVerdicts((fault) => told.push(fault));
    return told;
  };

  it('is waited for until all have told that they work', () => {
    const bench = new Bench([INSIDE]);
    bench.handlers.get('eth1')!.onState(null);
    bench.change([INSIDE, OUTSIDE]);
    const told = verdict(bench);
    bench.wait(100);
    expect(told).toEqual([]);
    bench.handlers.get('eth0')!.onState(null);
    bench.wait(100);
    expect(told).toEqual([null]);
  });

  it('is told where one does not work', () => {
    const bench = new Bench([]);
    bench.change([INSIDE, OUTSIDE]);
    const told = verdict(bench);
    bench.handlers.get('eth0')!.onState('cannot find the interface eth0');
    bench.wait(100);
    expect(told).toEqual(['cannot find the interface eth0']);
  });

  it('is not waited for for ever, nor of links that were there before', () => {
    const bench = new Bench([INSIDE]);
    bench.handlers.get('eth1')!.onState('is down');
    expect(verdict(bench)).toEqual([null]);
    bench.change([INSIDE, OUTSIDE]);
    const told = verdict(bench);
    bench.wait(VERDICT_LIMIT_MS + 100);
    expect(told).toEqual([null]);
  });
});

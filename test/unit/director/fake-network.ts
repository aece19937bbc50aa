/** The interfaces of a box as a kernel has them; it answers in order, when the test lets it. */

import type { Cancellable, Done, InterfaceState, NetworkOperation, Result } from '../../../src/host/host';

export class FakeNetwork {
  nowMs = 0;
  readonly log = (): void => {};
  readonly told: string[] = [];
  readonly timers: { readonly atMs: number; readonly run: () => void }[] = [];
  readonly addresses = new Map<string, string[]>();
  readonly down = new Set<string>();
  /** Starts of operations, as `told` has them, that are refused. */
  refused: readonly string[] = [];
  private readonly questions: (() => void)[] = [];
  private onChange: (change: Pick<InterfaceState, 'name' | 'up' | 'carrier'>) => void = () => {};

  constructor(addresses: Readonly<Record<string, readonly string[]>>) {
    for (const [name, own] of Object.entries(addresses)) this.addresses.set(name, [...own]);
  }

  readonly clock = {
    now: () => this.nowMs,
    wall: () => this.nowMs,
    after: (delayMs: number, run: () => void) => {
      const timer = { atMs: this.nowMs + delayMs, run };
      this.timers.push(timer);
      return {
        cancel: () => {
          const at = this.timers.indexOf(timer);
          if (at >= 0) this.timers.splice(at, 1);
        },
      };
    },
  };

  readonly network = {
    read: (done: Done<readonly InterfaceState[]>) => {
      this.questions.push(() => done({ ok: true, value: this.states() }));
    },
    apply: (operation: NetworkOperation, done: Done<null>) => {
      this.questions.push(() => done(this.carryOut(operation)));
    },
    watch: (onChange: FakeNetwork['onChange']) => {
      this.onChange = onChange;
    },
    sendFrame: (name: string): Result<null> => {
      this.told.push(`frame ${name}`);
      return { ok: true, value: null };
    },
    join: (name: string, group: string): Result<Cancellable> => {
      const what = `${group} on ${name}`;
      if (this.refused.includes(`join ${what}`)) return { ok: false, error: `cannot join ${what}` };
      this.told.push(`join ${what}`);
      return { ok: true, value: { cancel: () => this.told.push(`leave ${what}`) } };
    },
  };

  /** Answers everything that is asked, and what is asked then. */
  answer(): void {
    for (let next = this.questions.shift(); next !== undefined; next = this.questions.shift()) next();
  }

  /** Lets time pass, with all that falls due and all that is asked. */
  wait(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      this.answer();
      this.timers.sort((a, b) => a.atMs - b.atMs);
      const [next] = this.timers;
      if (next === undefined || next.atMs > endMs) break;
      this.timers.shift();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = endMs;
  }

  up(name: string): void {
    this.down.delete(name);
    this.onChange({ name, up: true, carrier: true });
  }

  private states(): readonly InterfaceState[] {
    return [...this.addresses].map(([name, addresses], at) => ({
      name,
      index: at + 1,
      mac: Uint8Array.of(2, 0, 0, 0, 0, at),
      up: !this.down.has(name),
      carrier: !this.down.has(name),
      addresses: [...addresses],
    }));
  }

  private carryOut(operation: NetworkOperation): Result<null> {
    const what =
      operation.type === 'link-up'
        ? `${operation.type} ${operation.interface}`
        : 'via' in operation
          ? `${operation.type} ${operation.destination} ${operation.via}`
          : `${operation.type} ${operation.interface} ${operation.address}`;
    if (this.refused.some((start) => what.startsWith(start))) return { ok: false, error: `cannot ${what}` };
    this.told.push(what);
    if (operation.type === 'address-add' || operation.type === 'address-delete') {
      const others = (this.addresses.get(operation.interface) ?? []).filter(
        (address) => address !== operation.address,
      );
      const added = operation.type === 'address-add' ? [operation.address] : [];
      this.addresses.set(operation.interface, [...others, ...added]);
    }
    return { ok: true, value: null };
  }
}

/**
 * The machine as the product's supervisor sees it, in virtual time: one Host per run of the supervisor. What belongs
 * to a run that has ended never happens; what belongs to a box that hangs happens when it wakes up.
 */

import type { HeartbeatLink } from '../../src/config/config';
import type {
  Cancellable,
  Done,
  Host,
  InterfaceState,
  LinkHandler,
  LinkPort,
  LogLevel,
  NetworkOperation,
  Result,
  TcpReply,
} from '../../src/host/host';
import type { Machine } from './machine';
import type { Random } from './random';

/** Slowest single answer of the simulated kernel; an acquire or a release takes up to three. */
export const KERNEL_MAX_MS = 3;
type OnChange = (state: Pick<InterfaceState, 'name' | 'up' | 'carrier'>) => void;

const OK = { ok: true, value: null } as const;

/** What surrounds a box, as far as its supervisor can reach it. */
export interface Surroundings {
  send(link: number, frame: Uint8Array): void;
  /** An Ethernet frame leaves through a card. */
  transmit(card: string, frame: Uint8Array): void;
  /** What a web server answers, and how long it takes; null: nothing comes back. */
  request(address: string): { readonly reply: Result<TcpReply>; readonly afterMs: number } | null;
  reaches(pingNode: string): boolean;
  /** Runs a program: its exit status, after how long. */
  run(argv: readonly string[]): { readonly status: number; readonly afterMs: number };
  logged(level: LogLevel, event: string, sentence: string): void;
}

/** The box's own time and its hold on events. */
export interface Life {
  /** The box's monotonic clock, milliseconds. */
  localMs(): number;
  /** Runs later in this life, by the box's clock; when it hangs then, after it woke up. */
  later(localMs: number, run: () => void): void;
  /** Before anything reaches the outside: may end this life here. */
  mayEnd(): void;
}

export class SimulatedHost implements Host {
  readonly handlers: LinkHandler[] = [];
  readonly #watchers: { readonly onChange: OnChange; readonly onAddresses: () => void }[] = [];
  #onPong: ((host: string) => void) | null = null;
  /** Answers of the kernel come in the order of the questions. */
  #kernelFreeMs = 0;

  constructor(
    readonly mac: Host['mac'],
    private readonly life: Life,
    private readonly machine: Machine,
    private readonly around: Surroundings,
    private readonly chance: Random,
  ) {}

  readonly clock = {
    now: () => this.life.localMs(),
    // A dead clock: it starts at the same time after each boot.
    wall: () => 25_000 + this.life.localMs(),
    after: (delayMs: number, run: () => void): Cancellable => {
      let open = true;
      // Timers are late, never early.
      this.life.later(delayMs + this.chance.between(0, 0.2), () => open && run());
      return {
        cancel: () => {
          open = false;
        },
      };
    },
  };

  readonly network = {
    read: (done: Done<readonly InterfaceState[]>) =>
      this.#kernel(() => {
        const value = this.machine.cards.map((card, index) => ({
          ...card,
          index: index + 1,
          carrier: card.up && card.carrier,
          addresses: [...card.addresses],
        }));
        return () => done({ ok: true, value });
      }),
    apply: (operation: NetworkOperation, done: Done<null>) => {
      this.life.mayEnd();
      this.#kernel(() => {
        const fault = this.machine.apply(operation);
        if (operation.type === 'link-up' && fault === null) this.tellCarrier(operation.interface);
        if (operation.type !== 'link-up') this.tellAddresses();
        return () => done(fault === null ? OK : { ok: false, error: fault });
      });
    },
    watch: (onChange: OnChange, onAddresses: () => void) => {
      this.#watchers.push({ onChange, onAddresses });
    },
    sendFrame: (card: string, frame: Uint8Array): Result<null> => {
      this.life.mayEnd();
      this.around.transmit(card, frame);
      return OK;
    },
  };

  readonly ipvs: Host['ipvs'] = {
    read: (done) =>
      this.#kernel(() => {
        const value = this.machine.ipvs.table();
        return () => done({ ok: true, value });
      }),
    apply: (operation, done) => {
      this.life.mayEnd();
      this.#kernel(() => {
        let result: Result<null> = OK;
        try {
          this.machine.ipvs.apply(operation);
        } catch (error) {
          result = { ok: false, error: String(error) };
        }
        return () => done(result);
      });
    },
  };

  log(level: LogLevel, event: string, sentence: string): void {
    this.around.logged(level, event, sentence);
  }

  random(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.chance.below(256));
  }

  openLink(_link: HeartbeatLink, handler: LinkHandler): LinkPort {
    const index = this.handlers.push(handler) - 1;
    this.life.later(this.chance.between(0, 2), () => handler.onState(null));
    return {
      send: (frame) => {
        this.life.mayEnd();
        this.around.send(index, frame);
      },
      close: () => {},
    };
  }

  openPinger(onReply: (host: string) => void): ReturnType<Host['openPinger']> {
    this.#onPong = onReply;
    const ping = (host: string) => {
      if (this.around.reaches(host)) this.life.later(this.chance.between(0.2, 2), () => this.#onPong?.(host));
    };
    return { ok: true, value: { ping, close: () => {} } };
  }

  openWatchdog(_device: string, timeoutSeconds: number): ReturnType<Host['openWatchdog']> {
    const { machine } = this;
    machine.arm(timeoutSeconds * 1000);
    const feed = () => {
      this.life.mayEnd();
      machine.feed();
      return OK;
    };
    const disarm = () => {
      machine.disarm();
      return OK;
    };
    return { ok: true, value: { timeoutMs: timeoutSeconds * 1000, feed, disarm } };
  }

  tcpExchange(...[exchange, done]: Parameters<Host['tcpExchange']>): Cancellable {
    const answer = this.around.request(exchange.address);
    const silence = { ok: false, error: `no answer from ${exchange.address}` } as const;
    const inTime = answer !== null && answer.afterMs < exchange.deadlineMs;
    return this.clock.after(inTime ? answer.afterMs : exchange.deadlineMs, () =>
      done(inTime ? answer.reply : silence),
    );
  }

  execute(...[command, done]: Parameters<Host['execute']>): Cancellable {
    this.life.mayEnd();
    const { status, afterMs } = this.around.run(command.argv);
    return this.clock.after(afterMs, () => done({ ok: true, value: { status, output: '' } }));
  }

  serve(): Result<null> {
    return OK;
  }

  readFile(path: string): Result<string> {
    const value = this.machine.disk.read(path);
    return value === undefined ? { ok: false, error: `cannot read ${path}` } : { ok: true, value };
  }

  writeFile(): Result<null> {
    return OK;
  }

  saveFile(path: string, text: string, done: Done<null>): void {
    this.life.mayEnd();
    // A child does it, which a crash of the supervisor does not end.
    this.machine.disk.replace(path, text, () => this.life.later(0, () => done(OK)));
  }

  /** The card's driver reports its carrier. */
  tellCarrier(name: string): void {
    this.life.later(this.chance.between(0, 2), () => {
      const card = this.machine.cards.find((one) => one.name === name);
      if (card === undefined) return;
      for (const watcher of this.#watchers)
        watcher.onChange({ name, up: card.up, carrier: card.up && card.carrier });
    });
  }

  tellAddresses(): void {
    this.life.later(this.chance.between(0, 1), () => {
      for (const watcher of this.#watchers) watcher.onAddresses();
    });
  }

  /** Asks the kernel: what it does happens after a while, what it answers a little later. */
  #kernel(act: () => () => void): void {
    const nowMs = this.life.localMs();
    const startMs = Math.max(this.#kernelFreeMs, nowMs);
    const doneMs = startMs + this.chance.between(0, KERNEL_MAX_MS);
    this.#kernelFreeMs = doneMs;
    this.life.later(doneMs - nowMs, () => act()());
  }
}

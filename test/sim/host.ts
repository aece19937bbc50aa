/**
 * The machine as the product's supervisor sees it: the interfaces of src/host/host.ts on a simulated box, for one run of
 * its process. Translates only; it decides nothing and judges nothing.
 */

import { portableTexts } from '../../src/cluster/texts';
import type { HeartbeatLink } from '../../src/config/config';
import type {
  Cancellable,
  ExchangeReply,
  Host,
  LinkHandler,
  LinkPort,
  LogLevel,
  Result,
} from '../../src/host/host';
import type { Life } from './life';
import { toyMac } from './mac';
import type { Machine } from './machine';

/** Timers are late by so much at most, never early. */
export const TIMER_LATE_MS = 0.2;
const OK: Result<null> = { ok: true, value: null };

/** What the outside does for a program on the box, and when: milliseconds from now. */
export interface Outcome<T> {
  readonly value: T;
  readonly afterMs: number;
}

/** What surrounds a box, as far as its supervisor can reach it. */
export interface Surroundings {
  openLink(link: HeartbeatLink, handler: LinkHandler): LinkPort;
  /** An Ethernet frame leaves through a card. */
  transmit(card: string, frame: Uint8Array): void;
  /** A web server is asked; null: nothing comes back. */
  request(address: string): Outcome<Result<ExchangeReply>> | null;
  /** Null: no answer. */
  ping(host: string): Outcome<null> | null;
  /** A program is run. @param ended with its exit status; null: it stays */
  program(argv: readonly string[], ended: (status: number) => void): void;
  logged(level: LogLevel, event: string, sentence: string, values: Readonly<Record<string, unknown>>): void;
}

export function createHost(life: Life, machine: Machine, around: Surroundings): Host {
  const { random, kernel } = machine;
  return {
    mac: toyMac,
    texts: portableTexts,
    clock: {
      now: () => machine.localMs,
      // A dead clock: it starts at the same time after each boot.
      wall: () => 25_000,
      after: (delayMs, run) => life.later(delayMs + random.between(0, TIMER_LATE_MS), run),
    },
    random: (length) => Uint8Array.from({ length }, () => random.below(256)),
    log: (level, event, sentence, values = {}) => {
      life.operation();
      around.logged(level, event, sentence, values);
    },
    network: {
      read: (done) => {
        life.operation();
        const states = () => kernel.cards.map((card) => card.state());
        kernel.ask(states, (value) => life.enter(() => done({ ok: true, value })));
      },
      apply: (operation, done) => {
        life.operation();
        kernel.ask(
          () => kernel.network(operation),
          (result) => life.enter(() => done(result)),
        );
      },
      watch: (onChange, onAddresses) => {
        kernel.watchers.push({
          onChange: (state) => life.enter(() => onChange(state)),
          onAddresses: () => life.enter(onAddresses),
        });
      },
      sendFrame: (card, frame) => {
        life.operation();
        if (!kernel.card(card).up) return { ok: false, error: `${card} is down` };
        around.transmit(card, frame);
        return OK;
      },
      join: () => ({ ok: true, value: { cancel: () => {} } }),
    },
    ipvs: {
      read: (done) => {
        life.operation();
        const table = () => kernel.ipvs.table();
        kernel.ask(table, (value) => life.enter(() => done({ ok: true, value })));
      },
      readSettings: (done) => {
        life.operation();
        kernel.ask(
          () => kernel.ipvs.settings(),
          (value) => life.enter(() => done({ ok: true, value })),
        );
      },
      apply: (operation, done) => {
        life.operation();
        kernel.ask(
          () => kernel.balance(operation),
          (result) => life.enter(() => done(result)),
        );
      },
    },
    openLink: (link, handler) => {
      life.operation();
      return around.openLink(link, handler);
    },
    exchange: ({ address, deadlineMs }, done) => {
      life.operation();
      const outcome = around.request(address);
      if (outcome !== null && outcome.afterMs < deadlineMs)
        return life.later(outcome.afterMs, () => done(outcome.value));
      return life.later(deadlineMs, () => done({ ok: false, error: `no answer from ${address}` }));
    },
    sendDatagram: () => {
      life.operation();
      return OK;
    },
    openPinger: (onReply) => {
      const ping = (host: string): void => {
        life.operation();
        const outcome = around.ping(host);
        if (outcome !== null) life.later(outcome.afterMs, () => onReply(host));
      };
      return { ok: true, value: { ping, close: () => {} } };
    },
    openReceiver: () => ({ ok: true, value: { close: () => {} } }),
    openWatchdog: (_device, seconds) => {
      life.operation();
      const { watchdog } = machine;
      const timeoutMs = watchdog.start(seconds);
      const feed = (): Result<null> => {
        life.operation();
        watchdog.feed();
        return OK;
      };
      const disarm = (): Result<null> => {
        life.operation();
        watchdog.stop();
        return OK;
      };
      return { ok: true, value: { timeoutMs, feed, disarm } };
    },
    execute: ({ argv }, done): Cancellable => {
      life.operation();
      let wanted = true;
      around.program(argv, (status) =>
        life.enter(() => wanted && done({ ok: true, value: { status, output: '' } })),
      );
      return {
        cancel: () => {
          wanted = false;
        },
      };
    },
    serve: () => OK,
    readFile: (path) => {
      // What is kept in memory only is lost with the power, as the settings are.
      const value = machine.disk.read(path) ?? kernel.settings.get(path);
      return value === undefined ? { ok: false, error: `there is no ${path}` } : { ok: true, value };
    },
    writeFile: (path, text) => {
      life.operation();
      kernel.settings.set(path, text);
      return OK;
    },
    saveFile: (path, text, done) => {
      life.operation();
      const { disk } = machine;
      // A child does it, which outlives the process that wanted it.
      machine.later(disk.stepMs(), () => {
        disk.rename(path, text);
        machine.later(disk.stepMs(), () => {
          disk.sync(path, text);
          life.enter(() => done(OK));
        });
      });
    },
  };
}

import { describe, expect, it } from 'vitest';
import { lineWithout, statusLine } from '../../../src/panel/line';
import { PlainPanel } from '../../../src/panel/plain-panel';
import { bytesOf, Driver, type PanelPort, type Renderer } from '../../../src/panel/renderer';
import { drawScreen } from '../../../src/panel/screen';
import { TerminalPanel } from '../../../src/panel/terminal-panel';
import { panelView } from '../../../src/panel/view';
import type { Status } from '../../../src/supervisor/status';
import { Vt100 } from '../../vt100';
import { generator } from '../random';
import { ACTIVE, BOX, kernel, STATES, withCluster } from './statuses';

const HOUR_MS = 3_600_000;
/** 9600 bits/s, 8N1. */
const BYTES_PER_MS = 0.96;

/** A serial line in simulated time: what is sent leaves it byte by byte, or not at all while it is blocked. */
class SlowLine implements PanelPort {
  isBlocked = false;
  received = '';
  sends = 0;
  most = 0;
  looks = 0;
  private nowMs = 0;
  private queue = '';
  private readonly timers: { atMs: number; run: () => void }[] = [];

  send(bytes: Uint8Array): void {
    this.sends += 1;
    this.queue += String.fromCharCode(...bytes);
    this.most = Math.max(this.most, this.queue.length);
  }

  unsentBytes(): number {
    this.looks += 1;
    return this.queue.length;
  }

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, run: () => void) {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.push(timer);
    return { cancel: () => void this.drop(timer) };
  }

  /** Lets time pass. */
  run(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    while (true) {
      const next = this.timers.reduce<(typeof this.timers)[number] | null>(
        (best, one) => (best === null || one.atMs < best.atMs ? one : best),
        null,
      );
      if (next === null || next.atMs > untilMs) break;
      this.pass(next.atMs - this.nowMs);
      this.drop(next);
      next.run();
    }
    this.pass(untilMs - this.nowMs);
  }

  private pass(durationMs: number): void {
    this.nowMs += durationMs;
    if (this.isBlocked) return;
    const count = Math.ceil(durationMs * BYTES_PER_MS);
    this.received += this.queue.slice(0, count);
    this.queue = this.queue.slice(count);
  }

  private drop(timer: (typeof this.timers)[number]): void {
    const at = this.timers.indexOf(timer);
    if (at >= 0) this.timers.splice(at, 1);
  }
}

const viewOf = (status: Status) => panelView({ status }, BOX);
const drive = <T>(renderer: Renderer<T>) => {
  const line = new SlowLine();
  let ended = 0;
  const driver = new Driver(renderer, line, () => {
    ended += 1;
  });
  return { line, driver, ended: () => ended };
};
const shown = (bytes: string) => {
  const terminal = new Vt100();
  terminal.write(bytes);
  return terminal;
};
const screenOf = (status: Status) =>
  drawScreen(viewOf(status), { columns: 80, rows: 24 }).text.map((row) => row.trimEnd());

describe('the panel on a terminal at 9600 bits/s', () => {
  it('shows the screen within two seconds, and keeps it', () => {
    const { line, driver } = drive(new TerminalPanel(null));
    driver.show(viewOf(ACTIVE));
    line.run(2_000);
    expect(shown(line.received).text).toEqual(screenOf(ACTIVE));
    line.run(HOUR_MS / 10);
    expect(shown(line.received).text).toEqual(screenOf(ACTIVE));
    expect(shown(line.received).strangers).toBe(0);
  });

  it('takes under 10 % of the line while nothing happens but connections', () => {
    const { line, driver } = drive(new TerminalPanel(null));
    driver.show(viewOf(ACTIVE));
    line.run(10_000);
    const from = line.received.length;
    for (let nowMs = 0; nowMs < HOUR_MS; nowMs += 10_000) {
      const services = ACTIVE.services.map((service) => ({
        ...service,
        servers: service.servers.map((server) => ({ ...server, kernel: kernel(nowMs % 77, nowMs % 1013) })),
      }));
      driver.show(viewOf(Object.assign({}, ACTIVE, { services, nowMs: ACTIVE.nowMs + nowMs })));
      line.run(10_000);
    }
    expect((line.received.length - from) / (HOUR_MS * BYTES_PER_MS)).toBeLessThan(0.05);
  });

  it('shows a state change within 300 ms, in the middle of another one within 400 ms', () => {
    const states = Object.values(STATES).flatMap((heard) =>
      'status' in heard && heard.status !== null ? [heard.status] : [],
    );
    for (const before of states)
      for (const after of states)
        for (const [apartMs, limitMs] of [
          [3_000, 300],
          [5, 400],
        ] as const) {
          const { line, driver } = drive(new TerminalPanel(null));
          driver.show(viewOf(ACTIVE));
          line.run(3_000);
          driver.show(viewOf(before));
          line.run(apartMs);
          driver.show(viewOf(after));
          line.run(limitMs);
          const { text } = shown(line.received);
          const lamps = screenOf(after);
          for (const row of [10, 11, 12, 13]) expect(text[row]).toBe(lamps[row]);
        }
  });

  it('waits for a line that takes nothing for an hour, and then shows the newest state only', () => {
    const { line, driver } = drive(new TerminalPanel(null));
    driver.show(viewOf(ACTIVE));
    line.run(2_000);
    line.isBlocked = true;
    const { sends } = line;
    const looks = line.looks;
    for (let second = 0; second < 3600; second++) {
      driver.show(
        viewOf(withCluster({ role: second % 2 === 0 ? 'standby' : 'active', why: String(second) })),
      );
      line.run(1_000);
    }
    expect(line.sends - sends).toBeLessThanOrEqual(1);
    expect(line.most).toBeLessThan(400);
    expect((line.looks - looks) / 3600).toBeLessThan(4);
    line.isBlocked = false;
    driver.show(viewOf(ACTIVE));
    line.run(3_000);
    expect(shown(line.received).text).toEqual(screenOf(ACTIVE));
  });

  it('is not moved by noise at full line rate for an hour, and ends at no byte but Enter', () => {
    const below = generator(7);
    const { line, driver, ended } = drive(new TerminalPanel(null));
    driver.show(viewOf(ACTIVE));
    for (let at = 0; at < HOUR_MS / 100; at++) {
      const noise = Uint8Array.from({ length: 96 }, () => below(256)).map((byte) =>
        byte === 13 || byte === 10 ? 0 : byte,
      );
      driver.receive(noise);
      line.run(100);
    }
    expect(ended()).toBe(0);
    expect(line.most).toBeLessThan(400);
    // Noise may look like an answer about the terminal's size, but the real one comes soon after.
    driver.receive(bytesOf('\x1b[24;80R'));
    line.run(CARE_AND_PAINT_MS);
    driver.receive(bytesOf('\x1b[24;80R'));
    line.run(CARE_AND_PAINT_MS);
    expect(shown(line.received).text).toEqual(screenOf(ACTIVE));
    driver.receive(bytesOf('\r'));
    expect(ended()).toBe(1);
  });

  it('mends the screen after noise has spoilt it', () => {
    const { line, driver } = drive(new TerminalPanel(null));
    driver.show(viewOf(ACTIVE));
    line.run(3_000);
    line.received += '\x1b[5;5H!"$%&/()=\x1b[7m\x1b[2;2H~~~~';
    line.run(130_000);
    expect(shown(line.received).text).toEqual(screenOf(ACTIVE));
  });

  it('asks for the size, and draws anew for another one and for a terminal that was not there', () => {
    const { line, driver } = drive(new TerminalPanel(null));
    driver.show(viewOf(ACTIVE));
    line.run(3_000);
    expect(line.received).toContain('\x1b[999;999H\x1b[6n');
    line.received = '';
    driver.receive(bytesOf('\x1b[12;40R'));
    line.run(3_000);
    const narrow = new Vt100(40, 12);
    narrow.write(line.received);
    expect(narrow.text).toEqual(
      drawScreen(viewOf(ACTIVE), { columns: 40, rows: 12 }).text.map((row) => row.trimEnd()),
    );
    // Nobody answers for a while: whoever does then has an empty screen.
    line.run(30_000);
    line.received = '';
    driver.receive(bytesOf('\x1b[12;40R'));
    line.run(3_000);
    const other = new Vt100(40, 12);
    other.write(line.received);
    expect(other.text).toEqual(narrow.text);
  });

  it('takes a size that cannot be one for noise, and asks nobody whose size is known', () => {
    const { line, driver } = drive(new TerminalPanel({ columns: 80, rows: 25 }));
    driver.show(viewOf(ACTIVE));
    driver.receive(bytesOf('\x1b[1;1R\x1b[999999999;1R\x1b[1;2;3R'));
    line.run(60_000);
    expect(line.received).not.toContain('\x1b[6n');
    expect(shown(line.received).text).toEqual(screenOf(ACTIVE));
  });
});

const CARE_AND_PAINT_MS = 7_000;

describe('the plain panel', () => {
  it('writes a line for each change that matters, and from time to time', () => {
    const options = { intervalMs: 60_000, onlyThen: false, endsAtEnter: true };
    const { line, driver, ended } = drive(new PlainPanel(options));
    driver.show('ACTIVE lead conn=1');
    line.run(1_000);
    driver.show('ACTIVE lead conn=2');
    line.run(1_000);
    driver.show('STANDBY lead conn=2');
    line.run(61_000);
    expect(line.received).toBe('ACTIVE lead conn=1\r\nSTANDBY lead conn=2\r\nSTANDBY lead conn=2\r\n');
    driver.receive(bytesOf('\r'));
    expect(ended()).toBe(1);
  });

  it('keeps to its interval where that is asked for, and hears nothing', () => {
    const options = { intervalMs: 10_000, onlyThen: true, endsAtEnter: false };
    const { line, driver, ended } = drive(new PlainPanel(options));
    for (let second = 0; second < 25; second++) {
      driver.show(`LINE ${second}\x1b[2J`);
      driver.receive(bytesOf('\r\n'));
      line.run(1_000);
    }
    expect(line.received).toBe('LINE 0?[2J\r\nLINE 9?[2J\r\nLINE 19?[2J\r\n');
    expect(ended()).toBe(0);
  });
});

describe('the line of version 1', () => {
  it('says the same words for the same state, always', () => {
    const lines = Object.entries(STATES).flatMap(([name, heard]) =>
      'status' in heard && heard.status !== null ? [[name, statusLine(heard.status)]] : [],
    );
    expect(Object.fromEntries(lines)).toEqual({
      starting:
        'STARTING lead pair=unheard serial=unheard eth1=unheard rs=2/2 conn=14 since=2003-05-17T14:03:27Z fault=starting',
      active: 'ACTIVE lead pair=ok serial=ok eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=none',
      standby: 'STANDBY lead pair=ok serial=ok eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=none',
      'peer-lost':
        'ACTIVE lead pair=lost serial=silent eth1=silent rs=2/2 conn=14 since=2003-05-17T14:03:27Z fault=peer-lost',
      'link-lost':
        'ACTIVE lead pair=ok serial=silent eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=link-lost',
      'server-down':
        'ACTIVE lead pair=ok serial=ok eth1=ok rs=1/2 conn=9 since=2003-05-17T10:58:27Z fault=server-down',
      'split-suspected':
        'ACTIVE lead pair=lost serial=silent eth1=silent rs=2/2 conn=14 since=2003-05-17T14:03:27Z fault=split-suspected',
      'config-differs':
        'ACTIVE lead pair=ok serial=ok eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=config-differs',
      maintenance:
        'STANDBY lead pair=ok serial=ok eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=maintenance',
      upgrading:
        'ACTIVE lead pair=ok serial=ok eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=upgrading',
    });
    expect(lineWithout('lead', 'NEW')).toBe('NEW lead');
  });

  it('tells no number that nobody has counted', () => {
    const services = ACTIVE.services.map((service) => ({
      ...service,
      servers: service.servers.map(({ name, weight, health }) => ({ name, weight, health })),
    }));
    expect(statusLine({ ...ACTIVE, services })).toContain(' conn=- ');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { type Port, Session } from '../../../src/console/session';
import { USUAL_SIZE } from '../../../src/console/terminal';
import type { World } from '../../../src/console/world';
import type { Status } from '../../../src/supervisor/status';
import { ACTIVE } from '../panel/statuses';
import { type Fake, fake } from './fake';

/** A person at a dumb terminal, and a clock that only moves when told. */
class Desk {
  readonly machine: Fake = fake();
  nowMs = 10_000;
  shown = '';
  ended = false;
  private readonly timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  readonly session: Session;

  /** Tells the console a new state. */
  tell: (status: Status) => void = () => {};

  constructor(idleMinutes: number | null = 10) {
    const world: World = {
      ...this.machine.world,
      watch: (onStatus) => {
        this.tell = onStatus;
        return () => {};
      },
      now: () => this.nowMs,
      wait: (durationMs: number) => new Promise<void>((resolve) => this.after(durationMs, resolve)),
    };
    const port: Port = {
      size: { ...USUAL_SIZE, dumb: true },
      send: (text) => {
        this.shown += text;
      },
      unsentBytes: () => 0,
      after: (delayMs, run) => this.after(delayMs, run),
    };
    this.session = new Session(world, port, {
      idleMinutes,
      onEnd: () => {
        this.ended = true;
      },
    });
  }

  /** Types, and gives what was shown since. */
  async type(text: string): Promise<string> {
    const from = this.shown.length;
    for (const character of text) {
      this.nowMs += 200;
      this.session.receive(new TextEncoder().encode(character));
      await settle();
    }
    return this.shown.slice(from);
  }

  async paste(text: string): Promise<string> {
    const from = this.shown.length;
    this.nowMs += 5000;
    for (let at = 0; at < text.length; at += 32) {
      this.nowMs += 3;
      this.session.receive(new TextEncoder().encode(text.slice(at, at + 32)));
      await settle();
    }
    return this.shown.slice(from);
  }

  async wait(durationMs: number): Promise<void> {
    this.nowMs += durationMs;
    for (const timer of [...this.timers])
      if (timer.atMs <= this.nowMs) {
        this.timers.delete(timer);
        timer.run();
      }
    await settle();
  }

  private after(delayMs: number, run: () => void) {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

async function logIn(): Promise<void> {
  void desk.session.run();
  await settle();
  await desk.type('good enough\r');
  await desk.type('good enough\r');
}

describe('a session', () => {
  it('begins with a password of a fresh box, and greets', async () => {
    await logIn();
    expect(desk.shown).toContain('This box has no password yet.');
    expect(desk.shown).toContain('The new password is set.');
    expect(desk.shown).not.toContain('good enough');
    expect(desk.shown.endsWith('lead> ')).toBe(true);
    expect(desk.machine.files.get('/config/password')).toContain('$6$');
  });

  it('asks for the password of a box that has one, slower after each wrong one', async () => {
    desk.machine.files.set('/config/password', '$6$salt$of somebody else');
    void desk.session.run();
    await settle();
    expect(await desk.type('wrong\r')).toContain('Wrong password.');
    expect(await desk.type('x')).not.toContain('Password');
    const before = desk.shown.length;
    await desk.wait(1000);
    expect(desk.shown.slice(before)).toContain('Password: ');
  });

  it('shows what happens above the line that is being typed, and after a command that runs', async () => {
    await logIn();
    const happened = (...sentences: string[]): Status =>
      Object.assign({}, ACTIVE, {
        events: sentences.map((sentence) => ({ wallMs: 0, level: 'warn', sentence })),
      });
    desk.tell(happened('old'));
    await desk.type('show ver');
    const before = desk.shown.length;
    desk.tell(happened('old', 'a link is lost'));
    await settle();
    expect(desk.shown.slice(before)).toMatch(/^\s*00:00:00 warn: a link is lost\r\n.*show ver$/);
    expect(desk.shown).not.toContain('old');
    await desk.type('\x15configure\rset ');
    expect(desk.shown.match(/a link is lost/g)).toHaveLength(1);
  });

  it('ends after the idle time of the configuration', async () => {
    desk.machine.running += 'set console idle-timeout 3m\n';
    await logIn();
    await desk.wait(3 * 60_000 + 1);
    expect(desk.shown).toContain('Logged out: nothing was typed for 3 min.');
    expect(desk.ended).toBe(true);
  });

  it('goes from mode to mode, helps, completes and changes nothing without commit', async () => {
    await logIn();
    await desk.type('show ?');
    await desk.wait(500);
    expect(desk.shown).toContain('who is active');
    await desk.type('\x15');
    await desk.type('configure\r');
    expect(desk.shown.endsWith('lead# ')).toBe(true);
    await desk.type('set group vip 192.0.2.9/24\r');
    expect(await desk.type('compare\r')).toContain('+ group vip 192.0.2.9/24');
    expect(await desk.type('show | match sha256\r')).toContain('***');
    expect(await desk.type('show | count\r')).toContain('12 lines');
    expect(desk.machine.running).not.toContain('192.0.2.9');
    await desk.type('commit\r');
    expect(desk.machine.running).toContain('192.0.2.9');
    await desk.type('exit\r');
    expect(desk.shown.endsWith('lead> ')).toBe(true);
  });

  it('says what was expected', async () => {
    await logIn();
    expect(await desk.type('shwo\r')).toContain('"shwo" does not fit here');
    expect(await desk.type('show st json | matsh x\r')).toContain('did you mean match?');
    expect(await desk.type('"open\r')).toContain('never closed');
  });

  it('takes a whole pasted configuration, character by character', async () => {
    await logIn();
    await desk.type('configure\r');
    await desk.type('delete service\r');
    const lines = Array.from(
      { length: 200 },
      (_, i) => `set service tcp 192.0.2.10:80 server 10.0.0.21:${8000 + i} weight ${i}`,
    );
    await desk.paste(`${lines.join('\r')}\r`);
    await desk.type('commit\r');
    for (const line of lines) expect(desk.machine.running).toContain(line);
  });

  it('logs out who is not there', async () => {
    await logIn();
    await desk.wait(10 * 60_000 + 1);
    expect(desk.shown).toContain('Logged out: nothing was typed for 10 min.');
    expect(desk.ended).toBe(true);
  });

  it('ends by exit and by ^D', async () => {
    await logIn();
    await desk.type('\x04');
    expect(desk.ended).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import {
  beginLogin,
  delayMs,
  type Login,
  type LoginEffect,
  type LoginEvent,
  type Purpose,
  stepLogin,
} from '../../../src/console/login';

/** A login with a clock, and all its effects in words. */
class Door {
  login: Login;
  nowMs = 1000;
  said: string[] = [];

  constructor(purpose: Purpose, idleMinutes: number | null = 10) {
    const { login, effects } = beginLogin(purpose, idleMinutes, this.nowMs);
    this.login = login;
    this.hear(effects);
  }

  /** Effects since the last call. */
  get told(): string[] {
    const { said } = this;
    this.said = [];
    return said;
  }

  do(event: LoginEvent): string[] {
    const { login, effects } = stepLogin(this.login, event, this.nowMs);
    this.login = login;
    this.hear(effects);
    return this.told;
  }

  type(text: string): string[] {
    return this.do({ kind: 'line', text });
  }

  after(ms: number): string[] {
    this.nowMs += ms;
    return this.do({ kind: 'time' });
  }

  private hear(effects: readonly LoginEffect[]): void {
    for (const effect of effects) this.said.push(Object.values(effect).join(' '));
  }
}

describe('login', () => {
  it('asks for the password, and opens when it is right', () => {
    const door = new Door('login');
    expect(door.told).toEqual(['ask Password: ']);
    expect(door.type('geheim')).toEqual(['check geheim']);
    expect(door.do({ kind: 'checked', right: true })).toEqual(['open']);
    expect(door.login.step).toBe('open');
  });

  it('waits longer after each wrong password, up to 30 s', () => {
    const door = new Door('login');
    const delays: number[] = [];
    for (let failures = 1; failures <= 8; failures++) {
      door.type('falsch');
      expect(door.do({ kind: 'checked', right: false })).toEqual(['say Wrong password.']);
      // Nothing that is typed meanwhile is looked at.
      expect(door.type('geheim')).toEqual([]);
      expect(door.do({ kind: 'abandon' })).toEqual([]);
      const delay = door.login.untilMs! - door.nowMs;
      expect(door.after(delay - 1)).toEqual([]);
      expect(door.after(1)).toEqual(['ask Password: ']);
      delays.push(delay);
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(delayMs(1e9)).toBe(30_000);
  });

  it('forgets the failures neither by ^C nor by an empty line, only by the right password', () => {
    const door = new Door('login');
    door.type('falsch');
    door.do({ kind: 'checked', right: false });
    door.after(1000);
    expect(door.do({ kind: 'abandon' })).toEqual(['ask Password: ']);
    expect(door.type('')).toEqual(['ask Password: ']);
    expect(door.login.failures).toBe(1);
    door.type('geheim');
    door.do({ kind: 'checked', right: true });
    expect(door.login.failures).toBe(0);
  });

  it('closes when nobody answers for 60 s', () => {
    const door = new Door('login');
    door.said = [];
    expect(door.after(59_999)).toEqual([]);
    expect(door.after(1)).toEqual(['say No answer in 60 s.', 'close']);
    expect(door.type('geheim')).toEqual([]);
    expect(door.after(1e9)).toEqual([]);
  });

  it('logs out after the idle time', () => {
    const door = new Door('login', 10);
    door.type('geheim');
    door.do({ kind: 'checked', right: true });
    expect(door.after(9 * 60_000)).toEqual([]);
    expect(door.do({ kind: 'activity' })).toEqual([]);
    expect(door.after(10 * 60_000 - 1)).toEqual([]);
    expect(door.after(1)).toEqual(['say Logged out: nothing was typed for 10 min.', 'close']);
  });

  it('logs nobody out where there is no idle time', () => {
    const door = new Door('login', null);
    door.type('geheim');
    door.do({ kind: 'checked', right: true });
    expect(door.login.untilMs).toBeNull();
    expect(door.after(1e12)).toEqual([]);
  });

  it('does not open by an answer that nobody asked for', () => {
    const door = new Door('login');
    door.said = [];
    for (const event of [
      { kind: 'checked', right: true },
      { kind: 'saved', error: null },
      { kind: 'activity' },
      { kind: 'time' },
    ] as const)
      expect(door.do(event)).toEqual([]);
    expect(door.login.step).toBe('current');
  });
});

describe('the first password', () => {
  const HELLO = 'say This box has no password yet. Choose one, of 8 characters or more.';
  const NEW = 'ask New password: ';
  const AGAIN = 'ask New password, once more: ';

  it('is asked for twice, and kept before the door opens', () => {
    const door = new Door('first');
    expect(door.told).toEqual([HELLO, NEW]);
    expect(door.type('geheimnis')).toEqual([AGAIN]);
    expect(door.type('geheimnis')).toEqual(['save geheimnis']);
    expect(door.login.chosen).toBe('');
    expect(door.do({ kind: 'saved', error: null })).toEqual(['say The new password is set.', 'open']);
  });

  it('is asked for again when it is too short, too long, or not the same twice', () => {
    const door = new Door('first');
    door.said = [];
    expect(door.type('')).toEqual(['say That has 0 characters; a password has 8 or more.', NEW]);
    expect(door.type('1234567')).toEqual(['say That has 7 characters; a password has 8 or more.', NEW]);
    expect(door.type('😀'.repeat(65))).toEqual([
      'say That has 65 characters; a password has at most 64.',
      NEW,
    ]);
    expect(door.type('😀'.repeat(64))).toEqual([AGAIN]);
    expect(door.type('12345678')).toEqual(['say These were two different passwords; choose again.', NEW]);
    expect(door.type('12345678')).toEqual([AGAIN]);
    expect(door.do({ kind: 'abandon' })).toEqual([NEW]);
    expect(door.login.chosen).toBe('');
  });

  it('is asked for again when it cannot be kept', () => {
    const door = new Door('first');
    door.type('geheimnis');
    door.type('geheimnis');
    door.said = [];
    expect(door.do({ kind: 'saved', error: 'The disk is full.' })).toEqual(['say The disk is full.', NEW]);
    expect(door.login.step).toBe('new');
  });

  it('is not waited for longer than 60 s', () => {
    const door = new Door('first');
    door.type('geheimnis');
    expect(door.after(60_000)).toEqual([HELLO, NEW, 'say No answer in 60 s.', 'close'].slice(2));
    expect(door.login.chosen).toBe('');
  });
});

describe('a change of the password', () => {
  const changed = (): Door => {
    const door = new Door('change');
    door.said = [];
    return door;
  };

  it('asks for the old one first, then twice for the new one', () => {
    const door = changed();
    expect(door.type('geheim')).toEqual(['check geheim']);
    expect(door.do({ kind: 'checked', right: true })).toEqual(['ask New password: ']);
    expect(door.type('geheimnis')).toEqual(['ask New password, once more: ']);
    expect(door.type('geheimnis')).toEqual(['save geheimnis']);
    expect(door.do({ kind: 'saved', error: null })).toEqual(['say The new password is set.', 'open']);
  });

  it('delays those who do not know it', () => {
    const door = changed();
    door.type('falsch');
    expect(door.do({ kind: 'checked', right: false })).toEqual(['say Wrong password.']);
    expect(door.after(1000)).toEqual(['ask Password: ']);
  });

  it('leaves it as it was by ^C, by time, and when it cannot be kept', () => {
    const kept = ['say The password stays as it was.', 'open'];
    expect(changed().do({ kind: 'abandon' })).toEqual(kept);
    expect(changed().after(60_000)).toEqual(kept);
    const door = changed();
    door.type('geheim');
    door.do({ kind: 'checked', right: true });
    door.type('geheimnis');
    door.type('geheimnis');
    expect(door.do({ kind: 'saved', error: 'The disk is full.' })).toEqual(['say The disk is full.', 'open']);
  });
});

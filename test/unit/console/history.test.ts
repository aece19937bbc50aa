import { describe, expect, it } from 'vitest';
import { HISTORY_CHARACTERS, HISTORY_LINES, History, mayHoldSecret } from '../../../src/console/history';

describe('history', () => {
  it('gives lines by their age, and no empty or repeated ones', () => {
    const history = new History();
    for (const line of ['one', '', '  ', 'two', 'two', 'one']) history.add(line);
    expect([history.at(0), history.at(1), history.at(2), history.at(3)]).toEqual(['one', 'two', 'one', null]);
    expect(history.size).toBe(3);
  });

  it('finds the newest line with a text, at least so old', () => {
    const history = new History();
    for (const line of ['ping a', 'show', 'ping b']) history.add(line);
    expect([history.find('ping', 0), history.find('ping', 1), history.find('a', 0)]).toEqual([0, 2, 2]);
    expect([history.find('x', 0), history.find('ping', 3)]).toEqual([null, null]);
  });

  it('forgets the oldest lines when there are too many, or too long ones', () => {
    const history = new History();
    for (let at = 0; at < HISTORY_LINES + 50; at++) history.add(`line ${at}`);
    expect(history.size).toBe(HISTORY_LINES);
    expect(history.at(HISTORY_LINES - 1)).toBe('line 50');
    for (let at = 0; at < 100; at++) history.add(`${at}${'x'.repeat(2000)}`);
    expect(history.size * 2000).toBeLessThanOrEqual(HISTORY_CHARACTERS);
    expect(history.size).toBe(Math.floor(HISTORY_CHARACTERS / 2002));
  });
});

describe('a line may hold a secret', () => {
  it.each([
    'set heartbeat key 1 sha256 geheim',
    'set heartbeat key 1 sha256 "ge heim"',
    'set heartbeat key 1 "sha256" geheim',
    '  set  heartbeat  key  1  sha1  geheim',
    'set heart k 1 s geheim',
    'se he ke 12 md geheim',
    'set heartbaet key 1 sha256 geheim',
    'set heartbeat key 1 SHA256 geheim',
    'heartbeat key 1 sha256 geheim',
    'delete heartbeat key 1 sha256 geheim',
    '1 sha1 geheim',
    'password geheim',
    'set fencing command "/bin/off --password=geheim"',
    'set alert x secret y',
  ])('%s', (line) => {
    expect(mayHoldSecret(line)).toBe(true);
    const history = new History();
    history.add(line);
    expect(history.size).toBe(0);
  });

  it.each([
    'sh status',
    'show heartbeat',
    'password',
    'set heartbeat key 1 crc',
    'set heartbeat sign-with 1',
    'delete heartbeat key 1',
    'delete heartbeat key 1 sha256',
    'set group address 192.0.2.10/24 interface eth0',
    'set node lb1 interface eth0 address 10.0.0.1/24',
    's s m',
  ])('unlike %s', (line) => {
    expect(mayHoldSecret(line)).toBe(false);
  });
});

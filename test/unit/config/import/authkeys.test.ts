import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/config/import/index';
import { parseConfig } from '../../../../src/config/parse';
import { importOne, setLines } from './lines';

const one = (...lines: readonly string[]): ReturnType<typeof importOne> => importOne('authkeys', ...lines);

describe('authkeys', () => {
  it('takes all keys and the one that signs', () => {
    const { set, account } = one(
      '# the file as shipped',
      'auth 2 # now',
      '1 crc',
      '2 sha1 HI! # new',
      '3 md5 #Hello!',
    );
    expect(set).toEqual([
      'heartbeat sign-with 2',
      'heartbeat key 1 crc',
      'heartbeat key 2 sha1 HI!',
      'heartbeat key 3 md5 "#Hello!"',
    ]);
    expect(account.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '2 taken',
      '3 taken',
      '4 taken',
      '5 taken',
    ]);
  });

  it('keeps a secret with quotation marks and backslashes as it is', () => {
    const { text } = importFiles([{ name: 'authkeys', text: 'auth 1\n1 sha1 a"b\\c\\\n' }]);
    const whole = `${setLines(text)
      .map((line) => `set ${line}\n`)
      .join('')}set node a interface eth0 address 192.0.2.1/24
      set node b interface eth0 address 192.0.2.2/24
      set heartbeat bcast eth0
      set group vip 192.0.2.3/24`;
    const { config, problems } = parseConfig(whole, 'test');
    expect(problems).toEqual([]);
    expect(config!.heartbeat.auth).toEqual({
      signWith: 1,
      keys: [{ id: 1, method: 'sha1', secret: 'a"b\\c\\' }],
    });
  });

  it.each([
    'auth',
    'auth x',
    'auth 16',
    'auth 1 2',
    '1',
    '1 sha1',
    '1 crc secret',
    '1 sha1 two words',
    '16 sha1 secret',
    '1 rot13 secret',
    'secret',
  ])('refuses "%s" without repeating it', (line) => {
    const { set, account } = one(line);
    expect(set).toEqual([]);
    expect(account).toHaveLength(1);
    expect(account[0]).toMatch(/^1 refused /);
    expect(account[0]).toContain(line.startsWith('auth') ? 'write "auth 1"' : '"1 sha1 SECRET"');
  });

  it('tells a secret nowhere but in its set line', () => {
    const { text, account } = importFiles([
      { name: 'authkeys', text: 'auth 1\n1 sha1 opensesame\n1 md5 opensesame\n2 opensesame\n' },
    ]);
    expect(text.split('opensesame')).toHaveLength(2);
    expect(JSON.stringify(account)).not.toContain('opensesame');
    expect(account).toContainEqual({
      file: 'authkeys',
      line: 3,
      verdict: 'refused',
      sentence: 'Key 1 is there before; leave one of them out.',
    });
  });

  it.each([
    [['1 sha1 a-secret'], 'set heartbeat sign-with 1'],
    [['auth 2', '1 sha1 a-secret'], 'set heartbeat key 2 sha256 "<secret>"'],
    [['auth 3'], 'set heartbeat key 3 sha256 "<secret>"'],
  ])('says what is missing after %j', (lines, setLine) => {
    const { account } = importFiles([{ name: 'authkeys', text: lines.join('\n') }]);
    const missing = account.filter(({ file, verdict }) => file === 'authkeys' && verdict === 'missing');
    expect(missing.map(({ sentence }) => sentence.replace(/.* Write: /, ''))).toEqual([setLine]);
  });
});

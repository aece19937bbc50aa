/** Which kind a file is, by name and by content, and what no file can be. */
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/config/import/index';
import { setLines } from './lines';

const samples = {
  'ha.cf': ['keepalive 2', 'heartbeat keepalive 2s'],
  haresources: ['lb-a IPaddr::192.0.2.10/24', 'group vip 192.0.2.10/24'],
  authkeys: ['auth 1\n1 crc', 'heartbeat key 1 crc'],
  'ipvsadm.rules': ['-A -t 192.0.2.10:80 -s rr', 'service tcp 192.0.2.10:80 scheduler rr'],
  'mon.cf': ['hostgroup web 192.0.2.3', 'hostgroup web host 192.0.2.3'],
} as const;

describe('the kind of a file', () => {
  for (const [name, [text, set]] of Object.entries(samples)) {
    it.each([name, `/etc/some.d/${name}`, `${name}.bak`, `old-${name}`])(
      `of ${name} is told by the name %s`,
      (path) => {
        expect(setLines(importFiles([{ name: path, text }]).text)).toContain(set);
      },
    );

    it(`of ${name} is told by what is in it`, () => {
      expect(setLines(importFiles([{ name: 'pasted.txt', text: `# a comment\n${text}\n` }]).text)).toContain(
        set,
      );
    });
  }

  it('goes by the name before the content', () => {
    const { account } = importFiles([{ name: 'ha.cf', text: samples['mon.cf'][0] }]);
    expect(account).toContainEqual({
      file: 'ha.cf',
      line: 1,
      verdict: 'refused',
      sentence: '"hostgroup" is no directive of ha.cf.',
    });
  });

  it.each([
    [
      '',
      'The file is none of those that are read: ha.cf, haresources, authkeys, mon.cf, or what ipvsadm -S prints.',
    ],
    [
      'Dear all',
      'The file is none of those that are read: ha.cf, haresources, authkeys, mon.cf, or what ipvsadm -S prints.',
    ],
    [`keepalive 2\n${'#'.repeat(5121)}`, 'The file has more than 5120 characters in line 2 and is not read.'],
    ['\n'.repeat(8192), 'The file has more than 8192 lines and is not read.'],
    ['keepalive 2\n'.repeat(30_000), 'The file has more than 262144 characters and is not read.'],
  ])('is unknown, in one sentence', (text, sentence) => {
    const { account } = importFiles([{ name: 'notes', text }]);
    expect(account.filter(({ file }) => file === 'notes')).toEqual([
      { file: 'notes', line: null, verdict: 'refused', sentence },
    ]);
  });

  it('of no file at all is nothing but what is missing', () => {
    const { text, account } = importFiles([]);
    expect(setLines(text)).toEqual([]);
    expect(new Set(account.map(({ verdict }) => verdict))).toEqual(new Set(['missing']));
  });

  it('keeps a name with a line end in it from becoming a line of its own', () => {
    const { text } = importFiles([
      { name: 'ha.cf\nset heartbeat hopfudge 9', text: 'keepalive 2\nnode lb-a' },
    ]);
    expect(setLines(text)).toEqual(['heartbeat keepalive 2s', 'node lb-a', 'group preferred lb-a']);
  });
});

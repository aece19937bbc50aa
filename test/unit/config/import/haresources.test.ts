import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/config/import/index';
import { importOne, setLines } from './lines';

const one = (...lines: readonly string[]): ReturnType<typeof importOne> => importOne('haresources', ...lines);
const rules = '-A -t 192.0.2.10:80 -s rr\n-a -t 192.0.2.10:80 -r 192.168.2.3:80 -m\n';

describe('haresources', () => {
  it('names the preferred node and the outside addresses', () => {
    const { set } = one(
      '# comment',
      'lb-a IPaddr::192.0.2.10/24/eth0:0/192.0.2.255 \\',
      '  192.0.2.11/255.255.255.0',
      'lb-a IPaddr2::192.0.2.12/24',
    );
    expect(set).toEqual([
      'group preferred lb-a',
      'group vip 192.0.2.10/24',
      'group vip 192.0.2.11/24',
      'group vip 192.0.2.12/24',
    ]);
  });

  it('tells the gateway from the outside address by the real servers', () => {
    const text = 'lb-a 192.0.2.10/24 192.168.2.1/24 mon\n';
    const { text: set } = importFiles([
      { name: 'haresources', text },
      { name: 'ipvsadm.rules', text: rules },
    ]);
    expect(setLines(set).filter((line) => line.startsWith('group'))).toEqual([
      'group preferred lb-a',
      'group vip 192.0.2.10/24',
      'group gateway 192.168.2.1/24',
    ]);
  });

  it('takes no service address for a gateway, though a real server is on its network', () => {
    const { text } = importFiles([
      { name: 'haresources', text: 'lb-a 192.168.2.10/24\n' },
      { name: 'ipvsadm.rules', text: rules.replaceAll('192.0.2.10', '192.168.2.10') },
    ]);
    expect(text).toContain('set group vip 192.168.2.10/24');
    expect(text).not.toMatch(/^set group gateway/m);
  });

  it('asks for the prefix length where there is none', () => {
    const { set, account } = one('lb-a 192.0.2.10');
    expect(set).toEqual(['group preferred lb-a']);
    expect(account).toContain(
      '1 missing Address 192.0.2.10 has no prefix length. Write: set group vip 192.0.2.10/<prefix length>',
    );
  });

  it('asks for a preferred node that is one of the pair', () => {
    const { account } = importFiles([
      { name: 'ha.cf', text: 'node lb-a lb-b\n' },
      { name: 'haresources', text: 'lb-c 192.0.2.10/24\n' },
    ]);
    expect(account).toContainEqual({
      file: 'haresources',
      line: 1,
      verdict: 'missing',
      sentence: 'The preferred node, lb-c, is none of the nodes of ha.cf. Write: set group preferred lb-a',
    });
  });

  it.each([
    ['lb-a', 'A line is a node and its resources'],
    ['lb-a IPaddr', 'is no address of a group'],
    ['lb-a IPaddr::192.0.2.300/24', 'is no address of a group'],
    ['lb-a 192.0.2.10/33', 'is no address of a group'],
    ['lb-a 192.0.2.10/255.0.255.0', 'is no address of a group'],
    ['lb-a 192.0.2.0/24', 'is the network itself'],
    ['lb-a 192.0.2.10/24 192.0.2.10/24', 'Address 192.0.2.10 is already in the group.'],
    ['lb-a 192.0.2.10/24 Filesystem::/dev/sda1::/data', '"Filesystem": This resource script is not offered'],
    ['lb-a 192.0.2.10/24 ldirectord::ldirectord.cf', '"ldirectord": Files of ldirectord are not read'],
    ['lb_a! 192.0.2.10/24', 'The configuration cannot hold it'],
  ])('refuses of "%s" what cannot be', (line, sentence) => {
    const refusals = one(line).account.filter((told) => told.startsWith('1 refused '));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain(sentence);
  });

  it('has one group only', () => {
    const { set, account } = one('lb-a 192.0.2.10/24', 'lb-b 192.0.2.11/24');
    expect(set).toEqual(['group preferred lb-a', 'group vip 192.0.2.10/24']);
    expect(account).toContain(
      '2 refused A second group is not offered: the pair has one, and it prefers lb-a.',
    );
  });
});

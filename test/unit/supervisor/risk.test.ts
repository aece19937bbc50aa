/** Which changes would cut the boxes off from each other, or the operator from the box. */

import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config';
import { parseConfig } from '../../../src/config/parse';
import { risksOf } from '../../../src/supervisor/risk';
import { EXAMPLE, problemsOf, replaced } from '../config/example';

const NODE = 'seven.ce.cnu.ac.kr';

function config(text: string): Config {
  expect(problemsOf(text)).toEqual([]);
  return parseConfig(text, 'test').config!;
}

const risks = (next: string, old = EXAMPLE, consoles: readonly string[] = ['/dev/ttyS0']) =>
  risksOf(config(old), config(next), NODE, consoles);

const MORE = `${EXAMPLE}set heartbeat mcast eth1 group 225.0.0.1\nset heartbeat key 2 sha1 "other words"\n`;
const UCAST = replaced(
  'set heartbeat bcast eth1 port 694',
  'set heartbeat ucast eth1 peer 192.168.2.11\nset heartbeat ucast eth1 peer 192.168.2.12',
  replaced('set heartbeat serial /dev/ttyS1 baud 115200\n', ''),
);

describe('a change is safe', () => {
  it.each([
    ['of nothing', EXAMPLE],
    [
      'of services and times',
      replaced('scheduler rr', 'scheduler lc', replaced('deadtime 5s', 'deadtime 6s')),
    ],
    ['of one link of two', replaced('/dev/ttyS1', '/dev/ttyS2')],
    ['of the other link', replaced('port 694', 'port 695')],
    ['that adds links and keys', MORE],
  ])('%s', (_, next) => {
    expect(risks(next)).toEqual([]);
  });

  it('that goes from one key to the next in three steps', () => {
    const both = (sign: number) => replaced('sign-with 1', `sign-with ${sign}`, MORE);
    expect(risks(both(2), both(1))).toEqual([]);
    const only = replaced('set heartbeat key 1 sha256 "secret words"\n', '', both(2));
    expect(risks(only, both(2))).toEqual([]);
  });

  it('of an address that the other box does not send to', () => {
    expect(risks(replaced('168.188.46.173', '168.188.46.179', UCAST), UCAST)).toEqual([]);
  });
});

describe('a change that silences the heartbeat is told', () => {
  it.each([
    [
      'of all links',
      replaced('/dev/ttyS1', '/dev/ttyS2', replaced('port 694', 'port 695')),
      'none of the heartbeat links stays as it is (serial /dev/ttyS1, bcast eth1)',
    ],
    [
      'of the speed and the port',
      replaced('baud 115200', 'baud 57600', replaced('bcast eth1', 'bcast eth0')),
      'none of the heartbeat links stays as it is',
    ],
    ['of the key', replaced('secret words', 'other words'), 'the other box does not know the key that signs'],
    ['of the method', replaced('sha256', 'sha1'), 'the other box does not know the key that signs'],
    ['of a name', replaced('mazelut', 'muzelet'), 'the nodes are named muzelet.ce.cnu.ac.kr and seven'],
  ])('%s', (_, next, why) => {
    expect(risks(next)).toEqual([expect.stringContaining(why)]);
    expect(risks(next)[0]).toMatch(
      /^with this change the boxes no longer hear each other until both have it: [^\n]*$/,
    );
  });

  it('of the only link there is', () => {
    const one = replaced('set heartbeat serial /dev/ttyS1 baud 115200\n', '');
    expect(risks(replaced('port 694', 'port 695', one), one)).toHaveLength(1);
  });

  it('of the address that the other box sends to', () => {
    expect(risks(replaced('192.168.2.11', '192.168.2.14', UCAST), UCAST)).toHaveLength(1);
  });

  it('of the key that the other box signs with', () => {
    const both = replaced('sign-with 1', 'sign-with 2', MORE);
    const swapped = replaced(
      'set heartbeat key 2 sha1 "other words"\n',
      '',
      replaced('sign-with 2', 'sign-with 1', both),
    );
    expect(risks(swapped, both)).toEqual([
      expect.stringContaining('the key with which the other box signs is gone'),
    ]);
  });
});

describe('a console that the heartbeat would take is told', () => {
  it('when it is taken, and not when it was before', () => {
    const taken = `${EXAMPLE}set heartbeat serial /dev/ttyS0\n`;
    expect(risks(taken)).toEqual([
      'with this change the heartbeat takes /dev/ttyS0, which is a console of this box',
    ]);
    expect(risks(replaced('scheduler rr', 'scheduler lc', taken), taken)).toEqual([]);
    expect(risks(taken, EXAMPLE, [])).toEqual([]);
  });
});

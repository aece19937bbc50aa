import { expect, test } from 'vitest';
import { checkAgainstMachine, formatProblem, parseConfig } from '../../../src/config/parse';
import { EXAMPLE, FILE } from './example';

const config = parseConfig(EXAMPLE, FILE).config!;

function found(node: string, interfaces: string[], files: string[], asked = config): string[] {
  return checkAgainstMachine(asked, node, interfaces, (path) => files.includes(path), FILE).map(
    formatProblem,
  );
}

test('a machine that has everything', () => {
  expect(found('seven.ce.cnu.ac.kr', ['lo', 'eth0', 'eth1'], ['/dev/ttyS1'])).toEqual([]);
});

test('a missing interface and a missing serial device', () => {
  expect(found('seven.ce.cnu.ac.kr', ['lo', 'eth0'], ['/dev/ttyS0'])).toEqual([
    'pair.conf: node seven.ce.cnu.ac.kr interface eth1: this machine has no interface eth1; it has lo, eth0',
    'pair.conf: heartbeat serial /dev/ttyS1: this machine has no such device; check the port, /dev/ttyS1 is the second one',
  ]);
});

test('a missing watchdog, and programs that are not there', () => {
  const text = `${EXAMPLE}set heartbeat watchdog /dev/watchdog
set heartbeat stonith "/usr/sbin/fence -x"
set heartbeat respawn "/usr/bin/helper -x"
set heartbeat respawn looked-for
`;
  const whole = parseConfig(text, FILE).config!;
  const interfaces = ['lo', 'eth0', 'eth1'];
  const files = ['/dev/ttyS1', '/dev/watchdog', '/usr/sbin/fence', '/usr/bin/helper'];
  expect(found('seven.ce.cnu.ac.kr', interfaces, files, whole)).toEqual([]);
  expect(found('seven.ce.cnu.ac.kr', interfaces, files.slice(0, 1), whole)).toEqual([
    'pair.conf: heartbeat watchdog /dev/watchdog: this machine has no such device, so nothing resets it when it hangs; its driver is lacking, or it has another name',
    'pair.conf: heartbeat stonith: this machine has no /usr/sbin/fence; without it, this box never takes over from a dead peer',
    'pair.conf: heartbeat respawn: this machine has no /usr/bin/helper; install it on both boxes, or leave the line out',
  ]);
});

test('a box that the configuration does not name', () => {
  const nodes = 'mazelut.ce.cnu.ac.kr and seven.ce.cnu.ac.kr';
  const advice = 'name the box mazelut.ce.cnu.ac.kr or seven.ce.cnu.ac.kr, or the node after the box';
  expect(found('sevn.ce.cnu.ac.kr', [], [])).toEqual([
    `pair.conf: this box is "sevn.ce.cnu.ac.kr", but the configuration is for ${nodes} (did you mean seven.ce.cnu.ac.kr?); ${advice}`,
  ]);
  expect(found('localhost', [], [])).toEqual([
    `pair.conf: this box is "localhost", but the configuration is for ${nodes}; ${advice}`,
  ]);
});

import { describe, expect, test } from 'vitest';
import { isLvsAlert, parseLvsAlert, stateAfter } from '../../../src/monitor/lvs-alert';
import { paper } from './paper';

function parse(line: string) {
  return parseLvsAlert(line.split(' '));
}

test("the paper's lines", () => {
  const period = paper.watches[0]!.services[0]!.periods[0]!;
  const expected = {
    name: 'lvs.alert',
    scheduler: null,
    service: { protocol: 'tcp', address: '168.188.46.175', port: 80 },
    server: { address: '192.168.2.3', port: 80 },
    weight: 1,
    method: 'nat',
  };
  expect(parseLvsAlert(period.alerts[0]!)).toEqual({ ok: true, value: { ...expected, state: 'down' } });
  expect(parseLvsAlert(period.upalerts[0]!)).toEqual({ ok: true, value: { ...expected, state: null } });
});

test('ports, methods and words of ipvs.alert', () => {
  expect(parse('ipvs.alert -P udp -V 192.0.2.1:53 -R 10.0.0.1:5353 -F dr')).toMatchObject({
    value: {
      service: { protocol: 'udp', port: 53 },
      server: { address: '10.0.0.1', port: 5353 },
      method: 'dr',
      weight: null,
      state: null,
    },
  });
  expect(parse('lvs.alert -P tcp -V 192.0.2.1:80 -R 10.0.0.1 -F g')).toMatchObject({
    value: { method: 'dr' },
  });
  expect(parse('lvs.alert -P tcp -V 192.0.2.1:80 -R 10.0.0.1 -F i')).toMatchObject({
    value: { method: 'tun' },
  });
});

test('which programs are built in', () => {
  expect(isLvsAlert(['lvs.alert'])).toBe(true);
  expect(isLvsAlert(['/usr/lib/mon/alert.d/ipvs.alert', '-P', 'tcp'])).toBe(true);
  expect(isLvsAlert(['mail.alert', 'lvs.alert'])).toBe(false);
  expect(isLvsAlert([])).toBe(false);
});

test('an upalert puts in even when it is the very line of the alert', () => {
  const line = (extra: string) => {
    const alert = parse(`lvs.alert -P tcp -V 192.0.2.1:80 -R 10.0.0.1${extra}`);
    if (!alert.ok) throw new Error(alert.error);
    return (['failure', 'up', 'startup', 'traptimeout', 'ack'] as const).map((type) =>
      stateAfter(alert.value, type),
    );
  };
  expect(line('')).toEqual(['down', 'up', null, 'down', null]);
  expect(line(' -X down')).toEqual(['down', 'up', null, 'down', null]);
  expect(line(' -X up')).toEqual(['up', 'up', null, 'up', null]);
});

test('IPv6, firewall marks, and what ipvs.alert takes besides', () => {
  expect(parse('lvs.alert -P tcp -V [2001:db8::1]:80 -R 2001:db8:0::3')).toMatchObject({
    value: {
      service: { protocol: 'tcp', address: '2001:db8::1', port: 80 },
      server: { address: '2001:db8::3', port: 80 },
    },
  });
  expect(parse('lvs.alert -P tcp -M 3 -R 10.0.0.1')).toMatchObject({
    value: {
      service: { protocol: 'fwmark', mark: 3, family: 'ipv4' },
      server: { address: '10.0.0.1', port: 0 },
    },
  });
  expect(parse('lvs.alert -M 3 -R [2001:db8::3]:80')).toMatchObject({
    value: {
      service: { protocol: 'fwmark', mark: 3, family: 'ipv6' },
      server: { address: '2001:db8::3', port: 80 },
    },
  });
  expect(parse('ipvs.alert -B -u -S wlc -P tcp -V 192.0.2.1:80 -R 10.0.0.1')).toMatchObject({
    value: { name: 'ipvs.alert', scheduler: 'wlc', state: 'up' },
  });
});

describe('one clear sentence', () => {
  test.each([
    ['', 'lvs.alert needs -P: tcp or udp'],
    ['-P sctp', 'lvs.alert has -P "sctp"; it takes tcp or udp'],
    ['-P tcp', 'lvs.alert needs -V: an address and port like 192.0.2.1:80'],
    ['-P tcp -V 192.0.2.1', 'lvs.alert has -V "192.0.2.1"; it takes an address and port like 192.0.2.1:80'],
    [
      '-P tcp -V 192.0.2.1:0',
      'lvs.alert has -V "192.0.2.1:0"; it takes an address and port like 192.0.2.1:80',
    ],
    [
      '-P tcp -V 192.0.2.1:80:1',
      'lvs.alert has -V "192.0.2.1:80:1"; it takes an address and port like 192.0.2.1:80',
    ],
    ['-P tcp -V 192.0.2.1:80', 'lvs.alert needs -R: an address like 192.168.2.3 or 192.168.2.3:80'],
    [
      '-P tcp -V 192.0.2.1:80 -R web1',
      'lvs.alert has -R "web1"; it takes an address like 192.168.2.3 or 192.168.2.3:80',
    ],
    [
      '-P tcp -V 192.0.2.1:80 -R 1.2.3.4 -W heavy',
      'lvs.alert has -W "heavy"; it takes a whole number from 0 to 65535',
    ],
    [
      '-P tcp -V 192.0.2.1:80 -R 1.2.3.4 -F x',
      'lvs.alert has -F "x"; it takes m (NAT), g (direct routing) or i (tunnel)',
    ],
    ['-P tcp -V 192.0.2.1:80 -R 1.2.3.4 -X off', 'lvs.alert has -X "off"; it takes down or up'],
    ['-P tcp -P udp', 'lvs.alert has -P twice'],
    ['-M 0', 'lvs.alert has -M "0"; it takes a mark from 1 to 999999999'],
    ['-M 1 -V 192.0.2.1:80', 'lvs.alert has both -M and -V; keep one of them'],
    ['-u -X down', 'lvs.alert has both -u and -X; keep one of them'],
    ['-g web', 'lvs.alert cannot take -g, which is given by the watch itself'],
    [
      '-B 10.0.0.9',
      'lvs.alert cannot take -B, which names a backup; make it the sorry-server of the service',
    ],
    [
      '-D',
      'lvs.alert cannot take -D, which would delete the whole service, which stays as the configuration has it',
    ],
  ])('%j', (args, error) => {
    expect(parse(`lvs.alert ${args}`.trim())).toEqual({ ok: false, error });
  });

  test('unknown flags and missing values name the flags there are', () => {
    expect(parse('lvs.alert -Q 1')).toMatchObject({
      error: expect.stringMatching(/does not know "-Q".*-P tcp\|udp/),
    });
    expect(parse('lvs.alert -P')).toMatchObject({ error: expect.stringMatching(/no value after -P/) });
  });
});

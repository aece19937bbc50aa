/** One text of a kind that is told, on top of a configuration that may say some of it already. */
import { describe, expect, it } from 'vitest';
import { importFiles, importText } from '../../../../src/config/import/index';
import { parseConfig } from '../../../../src/config/parse';
import { EXAMPLE } from '../example';

const setLines = (kind: Parameters<typeof importText>[0], text: string, existing = ''): readonly string[] =>
  importText(kind, text, existing).missing.map(({ setLine }) => setLine);

describe('importText', () => {
  it('reads what importFiles reads of a file of that name', () => {
    const text = 'keepalive 2\nbcast eth1\nbogus\n';
    expect(importText('ha.cf', text)).toEqual(importFiles([{ name: 'ha.cf', text }]));
  });

  it('takes the kind as told, whatever the text looks like', () => {
    const { lines, account } = importText('authkeys', 'hostgroup web 192.0.2.3\n');
    expect(lines).toEqual([]);
    expect(account[0]).toMatchObject({ file: 'authkeys', line: 1, verdict: 'refused' });
  });

  it('gives the lines alone, and what is missing with the line to write', () => {
    const { lines, missing } = importText('ipvsadm', '-A -t 192.0.2.10:80 -s rr\n');
    expect(lines).toEqual(['set service tcp 192.0.2.10:80 scheduler rr']);
    expect(missing).toContainEqual({
      sentence: "The service's address 192.0.2.10 is in no haresources, so its prefix length is not known.",
      setLine: 'set group vip 192.0.2.10/<prefix length>',
    });
  });

  it.each(['ha.cf', 'haresources', 'authkeys', 'mon.cf', 'ipvsadm'] as const)(
    'calls nothing of %s missing that the configuration has',
    (kind) => {
      expect(parseConfig(EXAMPLE, '').problems).toEqual([]);
      expect(setLines(kind, '', EXAMPLE)).toEqual([]);
      expect(setLines(kind, '').length).toBeGreaterThan(3);
    },
  );

  it('asks for what a new file adds', () => {
    expect(setLines('ha.cf', 'node other\n', EXAMPLE)).toEqual([
      'set node other interface eth0 address <address>/<prefix length>',
    ]);
    expect(setLines('authkeys', 'auth 5\n', EXAMPLE)).toEqual(['set heartbeat key 5 sha256 "<secret>"']);
    expect(setLines('ipvsadm', '-A -t 168.188.46.176:80 -s rr\n', EXAMPLE)).toEqual([
      'set group vip 168.188.46.176/<prefix length>',
    ]);
    expect(setLines('haresources', 'third 168.188.46.175/24\n', EXAMPLE)).toEqual([
      'set group preferred mazelut.ce.cnu.ac.kr',
    ]);
  });

  it('keeps the preferred node, and the times of a preset', () => {
    expect(importText('ha.cf', 'node mazelut.ce.cnu.ac.kr\n', EXAMPLE).lines).toEqual([
      'set node mazelut.ce.cnu.ac.kr',
    ]);
    expect(setLines('ha.cf', 'hopfudge 2', 'set heartbeat timing fast\n')).not.toContain(
      'set heartbeat keepalive 1s',
    );
  });

  it('tells addresses apart by the services that are there, or as they are there', () => {
    const services = EXAMPLE.replace(/^set group.*\n/gm, '');
    const text = 'seven.ce.cnu.ac.kr IPaddr::168.188.46.175/24 IPaddr::192.168.2.1/24\n';
    const roles = ['set group vip 168.188.46.175/24', 'set group gateway 192.168.2.1/24'];
    expect(importText('haresources', text, services).lines.slice(1)).toEqual(roles);
    expect(importText('haresources', text, EXAMPLE).lines.slice(1)).toEqual(roles);
    const swapped = `${services}set group vip 192.168.2.1/24\nset group gateway 168.188.46.175/24\n`;
    expect(importText('haresources', text, swapped).lines.slice(1)).toEqual([
      'set group gateway 168.188.46.175/24',
      'set group vip 192.168.2.1/24',
    ]);
  });

  it('sees a gateway that came in as an outside address, before the services were known', () => {
    const existing = 'set group vip 192.0.2.10/24\nset group vip 192.168.2.1/24\n';
    const rules = '-A -t 192.0.2.10:80 -s rr\n-a -t 192.0.2.10:80 -r 192.168.2.3:80 -m\n';
    expect(importText('ipvsadm', rules, existing).missing).toContainEqual({
      sentence:
        '192.168.2.1/24 is a group vip, but no service has it and real servers are on its network: it looks like their gateway, to be deleted there and set here.',
      setLine: 'set group gateway 192.168.2.1/24',
    });
  });

  it('reads no text beyond any file', () => {
    const { lines, account } = importText('mon.cf', 'hostgroup web 192.0.2.3\n'.repeat(10_000));
    expect(lines).toEqual([]);
    expect(account[0]).toMatchObject({
      file: 'mon.cf',
      line: null,
      verdict: 'refused',
      sentence: 'The text has more than 8192 lines and is not read.',
    });
  });
});

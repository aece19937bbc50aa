/** The paper's own three files: what becomes of every line, and that site.conf makes a whole configuration of it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/config/import/index';
import { parseConfig } from '../../../../src/config/parse';
import { monitorFaults } from '../../../../src/monitor/validate';

const HERE = dirname(fileURLToPath(import.meta.url));
const PAPER = join(HERE, '../../../lab/paper');
const read = (name: string): string => readFileSync(join(PAPER, name), 'utf8');
const files = ['ha.cf', 'mon.cf', 'ipvsadm.rules'].map((name) => ({ name, text: read(name) }));
const imported = importFiles(files);

describe('the files of the paper', () => {
  it('become these set lines', () => {
    expect(imported.text).toBe(readFileSync(join(HERE, 'paper.conf'), 'utf8'));
  });

  it('are accounted for line by line', () => {
    const account = imported.account.map(
      ({ file, line, verdict, sentence }) => `${file}:${line ?? '-'}: ${verdict}: ${sentence}\n`,
    );
    expect(account.join('')).toBe(readFileSync(join(HERE, 'paper.account'), 'utf8'));
  });

  it('leave no line without an account, but comments and blank lines', () => {
    for (const { name, text } of files) {
      const meant = text.split('\n').flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : [index + 1]));
      const told = imported.account.flatMap(({ file, line }) =>
        file === name && line !== null ? [line] : [],
      );
      expect([...new Set(told)], name).toEqual(meant);
    }
  });

  it('are a whole configuration together with site.conf', () => {
    const { config, problems, warnings } = parseConfig(`${imported.text}${read('site.conf')}`, 'paper');
    expect([...problems, ...warnings]).toEqual([]);
    expect(monitorFaults(config!)).toEqual([]);
    expect(config!.heartbeat).toMatchObject({ keepaliveMs: 2000, deadtimeMs: 5000 });
    expect(config!.group.preferred).toBe('seven.ce.cnu.ac.kr');
    expect(config!.services).toEqual([
      {
        protocol: 'tcp',
        address: '168.188.46.175',
        port: 80,
        scheduler: 'rr',
        servers: [
          { address: '192.168.2.3', port: 80, weight: 1, method: 'nat' },
          { address: '192.168.2.4', port: 80, weight: 1, method: 'nat' },
        ],
      },
    ]);
    expect(config!.watches.map(({ hostgroup }) => hostgroup)).toEqual(['cluster1', 'cluster2']);
    const alert = 'lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.4 -W 1 -F m';
    expect(config!.watches[1]!.services).toEqual([
      {
        name: 'http',
        intervalMs: 5000,
        monitor: ['http.monitor'],
        timeoutMs: 3000,
        periods: [
          {
            label: 'wd',
            time: 'wd {Sun-Sat}',
            alerts: [`${alert} -X down`.split(' ')],
            upalerts: [alert.split(' ')],
          },
        ],
      },
    ]);
  });

  it('say what is missing in the order of the files, and nothing else is', () => {
    const missing = imported.account.filter(({ verdict }) => verdict === 'missing');
    expect(missing.map(({ sentence }) => sentence.replace(/.* Write: /, ''))).toEqual([
      'set node seven.ce.cnu.ac.kr interface eth0 address <address>/<prefix length>',
      'set node mazelut.ce.cnu.ac.kr interface eth0 address <address>/<prefix length>',
      'set heartbeat auto-failback legacy',
      'set heartbeat serial /dev/ttyS1 baud 115200',
      'set group vip 168.188.46.175/<prefix length>',
      'set heartbeat key 1 sha256 "<secret>"',
      'set group gateway <address>/<prefix length>',
    ]);
  });

  it('give the same set lines whatever their order', () => {
    expect(importFiles([...files].reverse()).text).toBe(imported.text);
  });
});

/** What is printed as a foreign form is read back as it was; what the form cannot express stands in it as a comment. */
import { expect, test } from 'vitest';
import { buildConfig } from '../../../../src/config/build';
import type { Config } from '../../../../src/config/config';
import { exportText } from '../../../../src/config/export/index';
import { FOREIGN_KINDS } from '../../../../src/config/foreign';
import { importFiles, importText } from '../../../../src/config/import/index';
import { assignments, printConfig, printLine } from '../../../../src/config/print';
import { readSettings } from '../../../../src/config/read';
import { plainConfig, wildConfig } from './configs';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const NODE = 'lb-b';

function configOf(text: string): Config {
  const { settings, problems } = readSettings(text, '');
  expect(problems).toEqual([]);
  return buildConfig(settings!);
}

test.each(SEEDS)('all forms together are the configuration again (seed %d)', (seed) => {
  const config = plainConfig(seed);
  const files = FOREIGN_KINDS.map((name) => ({ name, text: exportText(name, config, NODE, true) }));
  const { text, account } = importFiles(files);
  expect(account.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  const read = configOf(text);
  expect(read).toEqual({
    ...config,
    nodes: config.nodes.map(({ name }) => ({ name, interfaces: [], routes: [] })),
  });
});

test.each(SEEDS)('each form is its part of the configuration again (seed %d)', (seed) => {
  const config = plainConfig(seed);
  const read = (kind: (typeof FOREIGN_KINDS)[number], existing = ''): Config =>
    configOf(importText(kind, exportText(kind, config, NODE, true), existing).lines.join('\n'));
  const { heartbeat, group, services, hostgroups, watches } = config;
  const haCf = read('ha.cf');
  expect({ ...haCf.heartbeat, auth: heartbeat.auth }).toEqual(heartbeat);
  expect(haCf.nodes.map(({ name }) => name)).toEqual(config.nodes.map(({ name }) => name));
  // The first node of ha.cf is preferred where no haresources says it.
  expect(haCf.group.preferred).toBe(group.preferred);
  expect(read('authkeys').heartbeat.auth).toEqual(heartbeat.auth);
  expect(
    read('haresources', printConfig({ ...config, group: { ...group, vips: [], gateways: [] } })).group,
  ).toEqual(group);
  expect(read('ipvsadm').services).toEqual(services);
  expect(read('ipvsadm').ipvs).toEqual(config.ipvs);
  expect(read('mon.cf')).toMatchObject({ hostgroups, watches });
});

test.each(SEEDS)('nothing printed is refused, and no secret is told unasked (seed %d)', (seed) => {
  const config = wildConfig(seed);
  for (const kind of FOREIGN_KINDS) {
    const text = exportText(kind, config, NODE);
    const { account } = importText(kind, text);
    expect(account.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
    for (const { secret } of config.heartbeat.auth.keys)
      if (secret !== '') expect(text, kind).not.toContain(secret);
  }
});

test.each(SEEDS)('what ha.cf cannot express stands in it as a comment (seed %d)', (seed) => {
  const config = wildConfig(seed);
  const text = exportText('ha.cf', config, NODE);
  const told = new Set([
    ...text.split('\n').map((line) => line.replace(/^# +/, '')),
    ...assignments(configOf(importText('ha.cf', text).lines.join('\n'))).map(printLine),
  ]);
  const own = assignments(config).filter(({ pattern }) => /^heartbeat (?!key|sign-with)/.test(pattern));
  expect(own.map(printLine).filter((line) => !told.has(line))).toEqual([]);
});

test.each(SEEDS)('every key, service, watch and period has its line or its comment (seed %d)', (seed) => {
  const { heartbeat, hostgroups, watches } = wildConfig(seed);
  const config = wildConfig(seed);
  const authkeys = exportText('authkeys', config, NODE, true);
  for (const { id, method, secret } of heartbeat.auth.keys)
    expect(authkeys).toContain([id, method, secret].join(' ').trimEnd());
  const monCf = exportText('mon.cf', config, NODE);
  const read = configOf(importText('mon.cf', monCf).lines.join('\n'));
  expect(read.hostgroups.map(({ hosts }) => hosts)).toEqual(hostgroups.map(({ hosts }) => hosts));
  for (const { services } of watches)
    for (const { monitor, periods } of services) {
      const isPlain = monitor[0] === 'prog' || monitor[0] === 'tcp.monitor';
      if (!isPlain) expect(monCf).toContain('so this is left out:');
      for (const { alerts } of periods) for (const [program = ''] of alerts) expect(monCf).toContain(program);
    }
  const count = (config: readonly { readonly services: readonly object[] }[]): number =>
    config.reduce((sum, { services }) => sum + services.length, 0);
  const said = watches.map(({ services }) => ({
    services: services.filter(({ monitor }) => /^(prog|tcp\.monitor)$/.test(monitor[0] ?? '')),
  }));
  expect(count(read.watches)).toBe(count(said));
});

/**
 * The pair's configuration: the paper's own files, read by `understudy import`, and site.conf for what they lack.
 * Also what the scenario must know of it in order to judge. Decides no address itself.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../../board/build/command';
import type { Cidr, Config, NodeConfig } from '../../src/config/config';
import { formatProblem, parseConfig } from '../../src/config/parse';
import type { PairView } from './bench';

const PAPER = join(dirname(fileURLToPath(import.meta.url)), 'paper');
const PAPER_FILES = ['ha.cf', 'mon.cf', 'ipvsadm.rules'];

/** Heartbeat timings. `paper` is what ha.cf says; the others are the product's default and its fast preset. */
export const TIMINGS = {
  paper: { keepaliveMs: 2000, deadtimeMs: 5000, budgetMs: 5500 },
  default: { keepaliveMs: 200, deadtimeMs: 1000, budgetMs: 1300 },
  fast: { keepaliveMs: 30, deadtimeMs: 100, budgetMs: 160 },
} as const;
export type Timing = keyof typeof TIMINGS;

/** The paper's configuration in text form, with other heartbeat timings where asked for. */
export async function paperConfig(runner: string, bytecode: string, timing: Timing): Promise<string> {
  const files = PAPER_FILES.map((name) => join(PAPER, name));
  const imported = await command(runner, ['--bytecode', bytecode, 'import', ...files]);
  const text = `${imported.trimEnd()}\n${readFileSync(join(PAPER, 'site.conf'), 'utf8')}`;
  return timing === 'paper' ? text : withTiming(text, timing);
}

/** The configuration with keepalive and deadtime replaced; times that follow from these are left out. */
function withTiming(text: string, timing: Timing): string {
  const kept = text
    .split('\n')
    .filter((line) => !/^set heartbeat (keepalive|deadtime|warntime|initdead) /.test(line));
  const { keepaliveMs, deadtimeMs } = TIMINGS[timing];
  const times = [`set heartbeat keepalive ${keepaliveMs}ms`, `set heartbeat deadtime ${deadtimeMs}ms`];
  return `${kept.join('\n').trimEnd()}\n${times.join('\n')}\n`;
}

/** The text as the product reads it. @throws Error with everything that is wrong with it */
export function readConfig(text: string): Config {
  const { config, problems } = parseConfig(text, 'the configuration of the pair');
  if (config === null) throw new Error(problems.map(formatProblem).join('\n'));
  return config;
}

/** Names and addresses as the configuration has them: the lead is the preferred node. */
export function pairView(config: Config): PairView {
  const lead = config.nodes.find((node) => node.name === config.group.preferred)!;
  const backup = config.nodes.find((node) => node !== lead)!;
  const bare = (address: Cidr): string => address.split('/')[0]!;
  const addresses = (node: NodeConfig): string[] =>
    node.interfaces.flatMap((entry) => entry.addresses.map(bare));
  return {
    hostnames: { lead: lead.name, backup: backup.name },
    vip: bare(config.group.vips[0]!),
    gateway: bare(config.group.gateways[0]!),
    addresses: { lead: addresses(lead), backup: addresses(backup) },
  };
}

/** Longest time until a real server's fate shows: one interval and one check. */
export function checkDelayMs(config: Config): number {
  const services = config.watches.flatMap((watch) => watch.services);
  return Math.max(...services.map((service) => service.intervalMs + service.timeoutMs));
}

/**
 * The pair's configuration: the paper's own files, read by `understudy import`, and site.conf for what they lack.
 * Also what the scenario must know of it in order to judge. Decides no address itself.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../../board/build/command';
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

/** Names and addresses of the group as the configuration has them: the lead is the preferred node. */
export function pairView(config: string): PairView {
  const lead = value(config, /^set group preferred (\S+)/m);
  const nodes = [...config.matchAll(/^set node (\S+) /gm)].map((match) => match[1]!);
  const backup = nodes.find((name) => name !== lead);
  if (backup === undefined) throw new Error('The configuration names only one node.');
  return {
    hostnames: { lead, backup },
    vip: value(config, /^set group vip ([\d.]+)\//m),
    gateway: value(config, /^set group gateway ([\d.]+)\//m),
    addresses: { lead: addressesOf(config, lead), backup: addressesOf(config, backup) },
  };
}

/** Longest time until a real server's fate shows: one interval and one check. */
export function checkDelayMs(config: string): number {
  const part = (key: string): number => {
    const [, number, unit] =
      new RegExp(`^set watch \\S+ service \\S+ ${key} (\\d+)(ms|s)`, 'm').exec(config) ?? [];
    if (number === undefined) throw new Error(`The configuration has no watch with a ${key}.`);
    return Number(number) * (unit === 's' ? 1000 : 1);
  };
  return part('interval') + part('timeout');
}

function addressesOf(config: string, node: string): string[] {
  const lines = config.matchAll(/^set node (\S+) interface \S+ address ([\d.]+)\//gm);
  return [...lines].filter((match) => match[1] === node).map((match) => match[2]!);
}

function value(config: string, pattern: RegExp): string {
  const match = pattern.exec(config);
  if (!match) throw new Error(`The configuration has no line like ${pattern.source}.`);
  return match[1]!;
}

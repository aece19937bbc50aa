/** Reads and checks a configuration, also against the machine that this program runs on. Changes nothing. */

import * as sys from 'sys';
import type { Config } from './config/config';
import { checkAgainstMachine, type Parsed, parseConfig } from './config/parse';
import type { Problem } from './config/problem';
import { readFile } from './host/quickjs/files';
import { O } from './host/quickjs/linux';
import { monitorFaults } from './monitor/validate';
import type { Checked } from './supervisor/commit-types';

/** Reads and checks a configuration as far as that goes without its machine. */
export function load(file: string): Parsed {
  const text = readFile(file);
  if (text.ok) return parseConfig(text.value, file, monitorFaults);
  return { config: null, problems: [{ file, line: null, key: '', sentence: text.error }], warnings: [] };
}

/** The configuration for this very box. A missing interface or device does not keep it from serving, and is not looked for. */
export function parseFor(text: string, file: string, node: string): Parsed {
  const parsed = parseConfig(text, file, monitorFaults);
  if (parsed.config === null || parsed.config.nodes.some(({ name }) => name === node)) return parsed;
  return {
    ...parsed,
    config: null,
    problems: checkAgainstMachine(parsed.config, node, [], () => true, file),
  };
}

/** What a commit is told: what this machine lacks is a warning, for it may be on the way. */
export function checkCommit(text: string, node: string): Checked {
  const { config, problems, warnings } = parseFor(text, '', node);
  const lacks = config === null ? [] : machineProblems(config, '', node);
  return { config, faults: problems.map(sentenceOf), warnings: [...warnings, ...lacks].map(sentenceOf) };
}

function sentenceOf({ line, sentence }: Problem): string {
  return line === null ? sentence : `line ${line}: ${sentence}`;
}

/** What this machine lacks to be that node. */
export function machineProblems(config: Config, file: string, node: string): readonly Problem[] {
  const devices = readFile('/proc/net/dev');
  const interfaces = devices.ok
    ? [...devices.value.matchAll(/^\s*([^\s:]+):/gm)].map(([, found]) => found!)
    : [];
  return checkAgainstMachine(config, node, interfaces, deviceExists, file);
}

/** To open a watchdog would start it, and one in use cannot be opened. */
function deviceExists(path: string): boolean {
  const fd = sys.open(path, O.PATH, 0);
  if (fd >= 0) sys.close(fd);
  return fd >= 0;
}

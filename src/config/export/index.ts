/**
 * Prints a configuration as the files of Linux-HA, mon and IPVS have it. What `importText` reads of it is the same
 * part of the configuration; what the form cannot express stands in it as comments. Pure.
 */
import type { Config } from '../config';
import type { ForeignKind } from '../foreign';
import { authkeys } from './authkeys';
import { haCf } from './haCf';
import { haresources } from './haresources';
import { ipvsadm } from './ipvsadm';
import { monCf } from './monCf';

/**
 * @param nodeName for whose box it is printed: its own addresses are told
 * @param withSecrets of the keys; without, the key lines are comments, so that nobody uses what is no key
 */
export function exportText(kind: ForeignKind, config: Config, nodeName: string, withSecrets = false): string {
  return linesOf(kind, config, nodeName, withSecrets)
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(
  kind: ForeignKind,
  config: Config,
  nodeName: string,
  withSecrets: boolean,
): readonly string[] {
  const head = `# ${kind}, printed on ${nodeName}.`;
  switch (kind) {
    case 'ha.cf':
      return [head, ...haCf(config, nodeName)];
    case 'haresources':
      return [head, ...haresources(config)];
    case 'authkeys':
      return [head, ...authkeys(config, withSecrets)];
    case 'mon.cf':
      return [head, ...monCf(config)];
    case 'ipvsadm':
      return ipvsadm(config);
  }
}

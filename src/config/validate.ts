/**
 * What settings, each good by itself, have wrong together: times, names, keys, links, addresses and networks. Says
 * everything at once, with lines. What watches ask of monitors and alerts is the monitor's to judge.
 */

import { DIGESTS } from './build';
import type { Config } from './config';
import { Findings, type Verdict } from './findings';
import { LINKS_LIMIT } from './links';
import { checkNetworks, NODES } from './networks';
import { type Fault, nearest, type Problem, shown, someOf } from './problem';
import type { Settings } from './settings';
import { checkSerialLines, checkTimes, checkWatchdog } from './times';
import { checkWatches } from './watches';

/** Another part's view of a configuration, which may still be without settings that are required. */
export type Judge = (config: Config) => readonly Fault[];

/** Programs that are kept running. */
export const HELPERS_LIMIT = 8;
/** Panels on ports of their own; each is a process that watches the supervisor. */
export const PANELS_LIMIT = 3;
/** Shorter secrets can be guessed. */
const SECRET_GOOD_CHARACTERS = 8;

/**
 * @param config as built from the settings, whole or not
 * @param unread problems found so far
 * @param judge what the other parts have to say
 */
export function validate(
  settings: Settings,
  config: Config,
  file: string,
  unread: readonly Problem[],
  judge: Judge,
): Verdict {
  const findings = new Findings(file, unread);
  checkNodes(settings, config, findings);
  checkTimes(settings, config, findings);
  checkLinks(settings, config, findings);
  checkWatchdog(settings, config, findings);
  checkHelpers(settings, findings);
  checkPanels(settings, config, findings);
  checkKeys(settings, findings);
  checkNetworks(settings, config, findings);
  checkWatches(settings, config, findings);
  for (const { path, index, sources, sentence } of judge(config))
    findings.problem(
      [path, ...sources],
      settings.allOf(path)[index]?.line ?? settings.lineOf(path),
      `${path}: ${sentence}`,
    );
  return findings;
}

function checkNodes(settings: Settings, config: Config, findings: Findings): void {
  const names = settings.names('node');
  const told = someOf(names.map((name) => `${name} (line ${settings.line('node NODE', name)})`));
  const folded = new Map<string, string>();
  for (const name of names) {
    const line = settings.line('node NODE', name);
    const other = folded.get(name.toLowerCase());
    if (other === undefined) folded.set(name.toLowerCase(), name);
    else
      findings.certain(
        'node',
        line,
        `node names ${other} (line ${settings.line('node NODE', other)}) and ${name} (line ${line}) differ only in case; give the nodes different names, or write one name the same way everywhere`,
      );
  }
  if (!findings.namesAreRead('node')) return;
  if (names.length === 0) {
    findings.certain(
      'node',
      null,
      'no node is configured; a pair needs two, with lines like set node lb-a interface eth0 address 192.0.2.11/24',
    );
  } else if (folded.size !== NODES) {
    const twice = names.length === 1 ? nameGivenTwice(settings, names[0]!) : '';
    findings.certain(
      'node',
      settings.line('node NODE', names.at(-1)!),
      `a pair needs exactly two nodes, but the configuration names ${names.length === 1 ? 'only ' : ''}${told}${twice}`,
    );
  }
  const { preferred } = config.group;
  if (names.includes(preferred) || names.length === 0) return;
  const meant = nearest(preferred, names);
  findings.problem(
    ['group preferred'],
    settings.all('group preferred')[0]?.line ?? null,
    `group preferred: there is no node ${shown(preferred)}; the nodes are ${told}${meant === null ? '' : `; did you mean ${meant}?`}`,
  );
}

/** When both boxes got one name, that one has two addresses of one network. */
function nameGivenTwice(settings: Settings, node: string): string {
  for (const name of settings.names('node NODE interface', node)) {
    const [first, second] = settings.all('node NODE interface INTERFACE address', node, name);
    if (first !== undefined && second !== undefined)
      return `; its ${name} has two addresses (lines ${first.line} and ${second.line}): was the name meant for both boxes? Duplicate node names cannot be`;
  }
  return '';
}

function checkLinks(settings: Settings, config: Config, findings: Findings): void {
  const { heartbeat, nodes } = config;
  const { links } = heartbeat;
  const sources = ['serial', 'bcast', 'mcast', 'ucast'].map((kind) => `heartbeat ${kind}`);
  const example = 'set heartbeat serial /dev/ttyS1 or set heartbeat bcast eth1';
  if (links.length === 0)
    findings.problem(
      sources,
      null,
      `no heartbeat link is configured; add at least one, better two, like ${example}`,
    );
  if (links.length === 1)
    findings.warn(
      sources,
      settings.line('heartbeat KIND', links[0]!.kind),
      `there is only one heartbeat link: when it breaks, both boxes take over; add another like ${example}`,
    );
  if (links.length > LINKS_LIMIT) {
    const sentence = `there are ${links.length} heartbeat links; at most ${LINKS_LIMIT} are possible`;
    findings.problem(sources, null, sentence);
    return;
  }
  checkSerialLines(settings, config, findings);
  for (const link of links) {
    if (link.kind === 'serial') continue;
    const line = settings.line('heartbeat KIND INTERFACE', link.kind, link.interface);
    // More than a pair is told of, and no reason to look at hundreds of nodes.
    const lacking = nodes
      .slice(0, NODES)
      .filter(
        ({ name, interfaces }) =>
          !interfaces.some((own) => own.name === link.interface) &&
          findings.namesAreRead(`node ${name} interface`),
      );
    if (lacking.length === 0) continue;
    const have = lacking.map(
      ({ name, interfaces }) => `node ${name} has ${someOf(interfaces.map((own) => own.name)) || 'none'}`,
    );
    const path = `heartbeat ${link.kind} ${link.interface}`;
    findings.certain(path, line, `${path}: there is no interface ${link.interface}; ${have.join(', and ')}`);
  }
}

/** The supervisor has few processes to look after. */
function checkHelpers(settings: Settings, findings: Findings): void {
  const helpers = settings.all('heartbeat respawn');
  const beyond = helpers[HELPERS_LIMIT];
  if (beyond === undefined) return;
  const sentence = `heartbeat respawn is set for ${helpers.length} programs; at most ${HELPERS_LIMIT} are possible`;
  findings.problem(['heartbeat respawn'], beyond.line, sentence);
}

/** A port has one user. */
function checkPanels(settings: Settings, { panel, heartbeat }: Config, findings: Findings): void {
  const links = heartbeat.links.flatMap((link) => (link.kind === 'serial' ? [link.device] : []));
  const users = new Map(links.map((device) => [device, `heartbeat serial ${device}`]));
  const panels = [
    ...panel.lines.map(({ device }) => ['panel line', device] as const),
    ...panel.lcds.map(({ device }) => ['panel lcd', device] as const),
    ...panel.lamps.map((device) => ['panel lamps', device] as const),
  ];
  for (const [index, [kind, device]] of panels.entries()) {
    const key = `${kind} ${device}`;
    const line = settings.line(`${kind} DEVICE`, device);
    const user = users.get(device);
    const by = user?.startsWith('heartbeat') ? 'the heartbeat' : user;
    if (user === undefined) users.set(device, key);
    else findings.problem([key, user], line, `${key}: ${by} uses ${device}; a panel needs a port of its own`);
    if (index !== PANELS_LIMIT) continue;
    const sentence = `panels are set for ${panels.length} ports; at most ${PANELS_LIMIT} are possible`;
    findings.problem(['panel'], line, sentence);
  }
}

function checkKeys(settings: Settings, findings: Findings): void {
  const ids = settings.names('heartbeat key');
  const signWith = settings.all('heartbeat sign-with')[0];
  if (ids.length === 0)
    findings.problem(
      ['heartbeat key'],
      null,
      'no heartbeat key is configured; without one, no box can believe a heartbeat: add a line like set heartbeat key 1 sha256 "some secret words"',
    );
  for (const id of ids) {
    const line = settings.line('heartbeat key KEY', id);
    const methods = DIGESTS.filter((digest) => settings.has(`heartbeat key KEY ${digest}`, id));
    if (methods.length > 1)
      findings.problem(
        [`heartbeat key ${id}`],
        line,
        `heartbeat key ${id} is given for ${methods.map((method) => `${method} (line ${settings.line(`heartbeat key KEY ${method}`, id)})`).join(' and ')}; one number is one key: give the other its own`,
      );
    const secret = methods.map((method) => settings.value(`heartbeat key KEY ${method}`, id))[0] ?? null;
    if (methods[0] === 'crc')
      findings.warn(
        [`heartbeat key ${id}`],
        line,
        `heartbeat key ${id} is crc, which authenticates nothing: anyone on the wire can be the peer; use sha256`,
      );
    else if (secret !== null && String(secret).length < SECRET_GOOD_CHARACTERS)
      findings.warn(
        [`heartbeat key ${id}`],
        line,
        `the secret of heartbeat key ${id} has fewer than ${SECRET_GOOD_CHARACTERS} characters and can be guessed; use several words`,
      );
  }
  if (signWith === undefined && ids.length > 1)
    findings.problem(
      ['heartbeat sign-with', 'heartbeat key'],
      null,
      `heartbeat sign-with is missing: with keys ${ids.join(', ')}, it must say which one signs, as in set heartbeat sign-with ${ids[0]}`,
    );
  if (signWith !== undefined && ids.length > 0 && !ids.includes(String(signWith.value)))
    findings.problem(
      ['heartbeat sign-with', 'heartbeat key'],
      signWith.line,
      `heartbeat sign-with ${signWith.value}: there is no key ${signWith.value}; keys: ${ids.join(', ')}`,
    );
}

/**
 * Whether the settings of a watch make sense together. What monitors, alerts, periods and dependencies are asked for in
 * their own languages, the monitor judges.
 */

import { isAddress } from './address';
import type { Config, WatchService } from './config';
import type { Findings } from './findings';
import { nearest } from './problem';
import type { Settings } from './settings';
import { printDuration } from './values';
import { PERIOD_PATH, SERVICE_PATH } from './watch-rules';

export function checkWatches(
  settings: Settings,
  { watches, hostgroups, traps }: Config,
  findings: Findings,
): void {
  const groups = hostgroups.map(({ name }) => name);
  const known = new Set(groups);
  for (const { hostgroup, services } of watches) {
    // Of traps for what is not watched.
    const isForTraps = hostgroup === 'default' && traps !== undefined;
    if (!known.has(hostgroup) && !isAddress(hostgroup) && !isForTraps) {
      const meant = nearest(hostgroup, groups);
      findings.warn(
        ['hostgroup', `watch ${hostgroup}`],
        settings.line('watch HOSTGROUP', hostgroup),
        `watch ${hostgroup}: there is no hostgroup ${hostgroup}, so it is taken for a host's name${meant === null ? '' : `; did you mean ${meant}?`}`,
      );
    }
    for (const service of services) checkService(settings, hostgroup, service, traps !== undefined, findings);
  }
  if (traps !== undefined || settings.line('traps') === null) return;
  const sentence =
    'traps from is missing, so no traps are heard; add a line like set traps from 192.168.2.0/24';
  findings.problem(['traps from'], settings.line('traps'), sentence);
}

function checkService(
  settings: Settings,
  hostgroup: string,
  service: WatchService,
  areTrapsHeard: boolean,
  findings: Findings,
): void {
  const {
    name,
    intervalMs,
    failureIntervalMs = intervalMs,
    randskewMs = 0,
    traptimeoutMs,
    trapdurationMs,
  } = service;
  const path = `watch ${hostgroup} service ${name}`;
  const lineOf = (word: string) => settings.line(`${SERVICE_PATH} ${word}`, hostgroup, name);
  if (lineOf('monitor') === null && !areTrapsHeard)
    findings.problem(
      [`${path} monitor`],
      settings.line(SERVICE_PATH, hostgroup, name),
      `${path} has no monitor; add a line like set ${path} monitor "http.monitor"`,
    );
  for (const [word, ms] of [
    ['traptimeout', traptimeoutMs],
    ['trapduration', trapdurationMs],
  ] as const)
    if (ms !== undefined && !areTrapsHeard)
      findings.problem(
        [`${path} ${word}`, 'traps from'],
        lineOf(word),
        `${path} ${word} is set, but no traps are heard; add a line like set traps from 192.168.2.0/24`,
      );
  const shortestMs = Math.min(intervalMs, failureIntervalMs);
  if (randskewMs >= shortestMs)
    findings.problem(
      [`${path} randskew`, `${path} interval`, `${path} failure-interval`],
      lineOf('randskew'),
      `${path} randskew ${printDuration(randskewMs)} is not below the interval, ${printDuration(shortestMs)}`,
    );
  for (const period of service.periods) {
    const { failures, withinMs } = period.alertafter ?? {};
    const args = [hostgroup, name, period.label];
    const own = `${path} period ${period.label}`;
    // mon refuses it, too.
    if (failures !== undefined && withinMs !== undefined && (failures - 1) * shortestMs >= withinMs)
      findings.problem(
        [
          `${own} alertafter-failures`,
          `${own} alertafter-time`,
          `${path} interval`,
          `${path} failure-interval`,
        ],
        settings.line(`${PERIOD_PATH} alertafter-failures`, ...args),
        `${own} alertafter-failures ${failures}: so many checks, ${printDuration(shortestMs)} apart, take longer than alertafter-time ${printDuration(withinMs)}, and no alert would ever be given`,
      );
    const modeLine = settings.line(`${PERIOD_PATH} alertevery-mode`, ...args);
    if (modeLine !== null && period.alertevery === undefined)
      findings.problem(
        [`${own} alertevery`, `${own} alertevery-mode`],
        modeLine,
        `${own} alertevery-mode says how alertevery works, which is not set; add a line like set ${own} alertevery 60m`,
      );
  }
}

/** The monitor and a slow, literal model of mon's rules get the same results, traps and orders, and must agree. */

import { expect, test } from 'vitest';
import type { AlerteveryMode, Period, WatchService } from '../../../src/config/config';
import type { MonitorEffect, MonitorEvent } from '../../../src/monitor/events';
import { isLvsAlert } from '../../../src/monitor/lvs-alert';
import { createMonitor, nextTickMs, seesServers, serviceStates, step } from '../../../src/monitor/monitor';
import { Random } from '../../sim/random';
import { MonModel, type Said } from './mon-model';

const SEEDS = Array.from({ length: 250 }, (_, seed) => seed);
const STEPS = 150;
/** A Monday, shortly before the hour at which periods change. */
const WALL_MS = Date.UTC(2026, 6, 6, 8, 58);
const MODES: readonly AlerteveryMode[] = ['observe_summary', 'observe_detail', 'ignore_summary', 'strict'];

function maybe<T extends object>(random: Random, value: T): Partial<T> {
  return random.chance(0.4) ? value : {};
}

function randomPeriod(random: Random, label: string): Period {
  const lvs = 'lvs.alert -P tcp -V 192.0.2.1:80 -R 10.0.0.1'.split(' ');
  const exit = random.pick(['exit=1', 'exit=1-2', 'exit=3']);
  const alerts = [[`${label}.alert`], [exit, `${label}-exit.alert`], lvs, [exit, ...lvs]];
  const failures = 1 + random.below(4);
  const withinMs = 1000 * (1 + random.below(9));
  return {
    label,
    time: random.pick(['', 'hr {9am-4pm}', 'hr {5pm-8am}', 'min {58}', 'min {59-10}']),
    alerts: alerts.filter(() => random.chance(0.6)),
    upalerts: [[`${label}.up`], lvs].filter(() => random.chance(0.7)),
    ...maybe(random, { alertevery: { everyMs: 1000 * (1 + random.below(20)), mode: random.pick(MODES) } }),
    ...maybe(random, {
      alertafter: random.pick([{ failures }, { withinMs }, { failures, withinMs: withinMs + 4000 }]),
    }),
    ...maybe(random, { numalerts: 1 + random.below(4) }),
    ...maybe(random, { noCompAlerts: true as const }),
    ...maybe(random, { upalertafterMs: 1000 * random.below(6) }),
  };
}

function randomService(random: Random): WatchService {
  return {
    name: 'http',
    intervalMs: 1000,
    monitor: ['http.monitor'],
    timeoutMs: 500,
    periods: ['day', 'night'].slice(0, 1 + random.below(2)).map((label) => randomPeriod(random, label)),
    ...maybe(random, { rise: 1 + random.below(3) }),
    ...maybe(random, { fall: 1 + random.below(3) }),
    ...maybe(random, { failureIntervalMs: 700 }),
    ...maybe(random, { randskewMs: 300 }),
    ...maybe(random, { unackSummary: true as const }),
    ...maybe(random, { alertDepend: 'net:ping' }),
  };
}

function randomResult(random: Random): Said {
  if (random.chance(0.45)) return { ok: true, status: 0, summary: '', output: '' };
  return {
    ok: false,
    status: 1 + random.below(3),
    summary: random.pick(['a', 'b']),
    output: random.pick(['x', 'y']),
  };
}

test.each(SEEDS)('the monitor gives the alerts that the manual promises (seed %d)', (seed) => {
  const random = new Random(seed);
  const service = randomService(random);
  const isBound = service.alertDepend !== undefined;
  const parent = { name: 'ping', intervalMs: 1_000_000, monitor: ['ping'], timeoutMs: 500, periods: [] };
  const config = {
    hostgroups: [],
    watches: [
      { hostgroup: 'web', services: [service] },
      { hostgroup: 'net', services: [parent] },
    ],
  };
  const monitor = createMonitor(config, random.below(100) / 100, 0);
  const model = new MonModel(service);
  const trail: string[] = [];
  let nowMs = 0;
  let table: 'up' | 'down' | null = null;
  let expectedTable: 'up' | 'down' | null = null;
  const checks = new Map<string, number>();
  const send = (event: MonitorEvent): readonly MonitorEffect[] => {
    const effects = step(monitor, event, nowMs);
    for (const effect of effects) if (effect.type === 'check') checks.set(effect.watch, effect.id);
    return effects;
  };
  const expectAlerts = (effects: readonly MonitorEffect[], said: Said, isTrap: boolean): void => {
    const { people, table: wanted } = model.happens(said, nowMs, WALL_MS + nowMs, isTrap);
    const given = effects.filter((effect) => effect.type === 'alert');
    const programs = given.filter(({ argv }) => !isLvsAlert(argv)).map(({ argv }) => argv[0]);
    expect(programs.sort(), trail.join('\n')).toEqual([...people].sort());
    for (const { argv, alertType } of given) if (isLvsAlert(argv)) table = alertType === 'up' ? 'up' : 'down';
    expectedTable = wanted ?? expectedTable;
    expect(table, trail.join('\n')).toBe(expectedTable);
  };
  for (let left = STEPS; left > 0; left--) {
    if (left < STEPS) nowMs = Math.max(nowMs, nextTickMs(monitor) ?? nowMs);
    send({ type: 'tick' });
    const wallMs = WALL_MS + nowMs;
    if (isBound && random.chance(0.1)) {
      const status = random.below(2);
      model.isMet = status === 0;
      trail.push(`${nowMs} parent ${status}`);
      send({
        type: 'trap',
        trap: { watch: 'net', service: 'ping', status, summary: '', detail: '' },
        wallMs,
      });
    }
    if (random.chance(0.08)) {
      const action = model.isDisabled ? 'enable' : 'disable';
      model.isDisabled = !model.isDisabled;
      trail.push(`${nowMs} ${action}`);
      send({ type: 'order', order: { action, target: { kind: 'watch', watch: 'web' } }, wallMs });
    }
    if (random.chance(0.1)) {
      model.isAcknowledged ||= model.isFailing;
      trail.push(`${nowMs} ack`);
      send({ type: 'order', order: { action: 'ack', watch: 'web', service: 'http', comment: '' }, wallMs });
    }
    const said = randomResult(random);
    if (random.chance(0.1)) {
      const { status, summary, output: detail } = said;
      trail.push(`${nowMs} trap ${JSON.stringify(said)}`);
      const trap = { watch: 'web', service: 'http', status, summary, detail };
      expectAlerts(send({ type: 'trap', trap, wallMs }), said, true);
    }
    const id = checks.get('web');
    if (id === undefined) continue;
    checks.delete('web');
    trail.push(`${nowMs} ${JSON.stringify(said)}`);
    expectAlerts(send({ type: 'check-result', id, outcome: said, wallMs }), said, false);
    expect(serviceStates(monitor)[0]?.state === 'failed').toBe(model.isFailing);
    expect(seesServers(monitor)).toBeTypeOf('boolean');
  }
  expect(trail.length).toBeGreaterThan(STEPS / 2);
});

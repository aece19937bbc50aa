import { expect, it } from 'vitest';
import type { Config, WatchService } from '../../../src/config/config';
import { ServerHealth } from '../../../src/monitor/health';
import { changeMonitor, createMonitor, serviceStates, step } from '../../../src/monitor/monitor';

const service = (intervalMs: number): WatchService => ({
  name: 'http',
  intervalMs,
  monitor: ['http.monitor'],
  timeoutMs: 1000,
  periods: [
    {
      label: 'always',
      time: '',
      alerts: [],
      upalerts: [['lvs.alert', '-P', 'tcp', '-V', '192.0.2.10:80', '-R', '10.0.0.21']],
    },
  ],
});
const config = (first: number, second: number | null): Pick<Config, 'watches' | 'hostgroups'> => ({
  hostgroups: [],
  watches: [
    { hostgroup: '10.0.0.21', services: [service(first)] },
    ...(second === null ? [] : [{ hostgroup: '10.0.0.22', services: [service(second)] }]),
  ],
});
const GOOD = { ok: true, summary: '', output: '' } as const;

it('watches that stay as they are keep their state and their times; the others begin anew', () => {
  const monitor = createMonitor(config(5000, 5000), 0.3, 0);
  const checks = step(monitor, { type: 'tick' }, 300).filter(({ type }) => type === 'check');
  expect(checks).toHaveLength(2);
  for (const check of checks)
    if (check.type === 'check')
      step(monitor, { type: 'check-result', id: check.id, outcome: GOOD, wallMs: 0 } as never, 400);
  const due = monitor.schedule.nextMs();
  expect(changeMonitor(monitor, config(5000, 9000), 0.3, 1000)).toEqual([
    { watch: '10.0.0.21', service: 'http' },
  ]);
  expect(serviceStates(monitor).map(({ state }) => state)).toEqual(['ok', 'unknown']);
  // The new one is due at once, the old one when it was.
  expect(monitor.schedule.nextMs()).toBeLessThanOrEqual(1300);
  expect(step(monitor, { type: 'tick' }, 1300).filter(({ type }) => type === 'check')).toHaveLength(1);
  expect(monitor.schedule.nextMs()).toBe(due);
});

it('the result of a check that is gone counts no more', () => {
  const monitor = createMonitor(config(5000, 5000), 0, 0);
  const checks = step(monitor, { type: 'tick' }, 300);
  changeMonitor(monitor, config(5000, null), 0, 400);
  for (const check of checks)
    if (check.type === 'check')
      step(monitor, { type: 'check-result', id: check.id, outcome: GOOD, wallMs: 0 } as never, 500);
  expect(serviceStates(monitor)).toMatchObject([{ watch: '10.0.0.21', state: 'ok' }]);
});

it('what kept watches have said of a server still holds', () => {
  const before = config(5000, 5000).watches;
  const health = new ServerHealth(before);
  const argv = before[0]!.services[0]!.periods[0]!.upalerts[0]!;
  health.apply({ watch: '10.0.0.21', service: 'http', alertType: 'up', argv });
  health.apply({ watch: '10.0.0.22', service: 'http', alertType: 'up', argv });
  const [name] = [...health.map.keys()];
  expect(health.map.get(name!)).toBe('up');
  health.change(config(5000, 9000).watches, [{ watch: '10.0.0.21', service: 'http' }]);
  // The one that begins anew has not said anything yet.
  expect(health.map.get(name!)).toBe('unknown');
  health.change(config(5000, null).watches, [{ watch: '10.0.0.21', service: 'http' }]);
  expect(health.map.get(name!)).toBe('up');
});

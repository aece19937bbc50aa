import { expect, test } from 'vitest';
import { alertCommand } from '../../../src/monitor/command';
import type { AlertEffect } from '../../../src/monitor/events';

const alert: AlertEffect = {
  type: 'alert',
  alertType: 'failure',
  watch: 'web',
  service: 'http',
  argv: ['mail.alert', 'root'],
  hosts: ['10.0.0.1', '10.0.0.2'],
  outcome: { ok: false, status: 3, summary: '10.0.0.2', output: '10.0.0.2: refused' },
  wallMs: 1_783_339_200_900,
  history: {
    lastSummary: '10.0.0.2',
    lastOutput: '10.0.0.2: refused',
    firstFailureMs: 1_783_339_200_900,
    lastFailureMs: 1_783_339_200_900,
    firstSuccessMs: null,
    lastSuccessMs: null,
  },
};

test('an alert gets service, group, hosts and time before its own arguments, and the output as input', () => {
  const command = alertCommand(alert);
  expect(command.argv).toEqual(
    '/usr/lib/mon/alert.d/mail.alert|-s|http|-g|web|-h|10.0.0.1 10.0.0.2|-t|1783339200|root'.split('|'),
  );
  expect(command.stdin).toBe('10.0.0.2\n10.0.0.2: refused\n');
  expect(command.environment).toMatchObject({
    MON_ALERTTYPE: 'failure',
    MON_RETVAL: '3',
    MON_OPSTATUS: '0',
    MON_LAST_FAILURE: '1783339200',
    MON_LAST_SUCCESS: '',
  });
});

test('an upalert is told by -u', () => {
  const command = alertCommand({ ...alert, alertType: 'up', argv: ['/opt/tell', 'x'] });
  expect(command.argv.slice(-4)).toEqual(['-t', '1783339200', '-u', 'x']);
  expect(command.argv[0]).toBe('/opt/tell');
  expect(command.environment).toMatchObject({ MON_ALERTTYPE: 'up', MON_OPSTATUS: '1' });
});

test.each([
  ['failure', null, '0'],
  ['startup', null, '7'],
  ['trap', '-T', '0'],
  ['traptimeout', '-O', '0'],
  ['ack', '-a', '0'],
  ['disable', '-D', '0'],
] as const)('mon tells an alert of type %s by %j', (alertType, flag, opStatus) => {
  const command = alertCommand({ ...alert, alertType, argv: ['/opt/tell', 'x'] });
  expect(command.argv.slice(8)).toEqual(flag === null ? ['1783339200', 'x'] : ['1783339200', flag, 'x']);
  expect(command.environment).toMatchObject({ MON_ALERTTYPE: alertType, MON_OPSTATUS: opStatus });
});

test('an alert that is given again says when', () => {
  const { argv } = alertCommand({ ...alert, alertType: 'trap', details: { everyMs: 3_600_000 } });
  expect(argv.slice(7)).toEqual(['-t', '1783339200', '-l', '3600', '-T', 'root']);
});

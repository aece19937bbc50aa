import { describe, expect, test } from 'vitest';
import { consoleLine, parseConsoleAlert } from '../../../../src/monitor/alerts/console';
import { alertFault, noAlerting } from '../../../../src/monitor/alerts/index';
import { DETAIL_LIMIT, mailOf, messageText, parseMailAlert } from '../../../../src/monitor/alerts/mail';
import { parseSyslogAlert, syslogMessage } from '../../../../src/monitor/alerts/syslog';
import { sentence } from '../../../../src/monitor/alerts/text';
import type { AlertEffect } from '../../../../src/monitor/events';
import { failure, hostile, up } from './effect';

const withRelay = { mail: { ...noAlerting.mail, relay: { address: '192.0.2.25', port: 25 } } };

function good<T>(result: { ok: true; value: T } | { ok: false; error: string }): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('what cannot be given is told beforehand', () => {
  test.each([
    ['console -l loud', 'console has -l "loud"; it takes info, warn or error'],
    ['console -l', 'console has no value after -l; it takes [-l info|warn|error] [text]'],
    ['console -l warn -l warn', 'console has -l twice'],
    [
      'console -u',
      'console cannot take -u, which is given by the watch itself; it takes [-l info|warn|error] [text]',
    ],
    [
      'syslog -p loud',
      'syslog has -p "loud"; it takes emerg, alert, crit, err, warning, notice, info, debug',
    ],
    ['syslog -f disk', /^syslog has -f "disk"; it takes kern, user, .*, local7$/],
    ['syslog -r loghost', 'syslog has -r "loghost"; it takes an address like 192.0.2.5 or 192.0.2.5:514'],
    ['syslog -r 192.0.2.5:0', /^syslog has -r "192.0.2.5:0"/],
    ['syslog -r 192.0.2.5 -F 1', 'syslog has -F "1"; it takes 5424 or 3164, the number of the RFC'],
    ['syslog -F 3164', 'syslog has -F without -r; the local socket has a form of its own'],
    ['syslog -i a:b', 'syslog has -i "a:b"; it takes at most 32 letters, digits and _ . -'],
    ['syslog text', /^syslog does not know "text"; it takes \[-f facility\]/],
    ['syslog -x 1', /^syslog does not know "-x"/],
    ['mail', 'mail needs an address to send to; it takes [-f from] [-S subject] address...'],
    [
      'mail.alert -f root',
      'mail.alert needs an address to send to; it takes [-f from] [-S subject] address...',
    ],
    ['mail a<b', 'mail has "a<b", which is not a mail address like root@example.org'],
    ['mail -f @x root', 'mail has "@x", which is not a mail address like root@example.org'],
    ['mail -- -root@', 'mail has "-root@", which is not a mail address like root@example.org'],
    ['mail -g web root', /^mail cannot take -g, which is given by the watch itself/],
    [`mail ${Array.from({ length: 17 }, (_, at) => `a${at}`).join(',')}`, /at most 16 are possible$/],
    ['exec', 'exec needs a program; it takes program [arguments]'],
  ])('%s', (line, fault) => {
    expect(alertFault(line.split(' '), withRelay)).toEqual(
      typeof fault === 'string' ? fault : expect.stringMatching(fault),
    );
  });

  test.each([
    'console',
    'console -l error call Anna',
    'syslog',
    'syslog -f local3 -p crit -r 192.0.2.5',
    'syslog -r [2001:db8::5]:5140 -F 3164 -i lb',
    'mail root',
    'mail.alert -f a@b -S down root@example.org,x',
    'exec page 1',
    'page.alert 1 -u',
    '/opt/mail',
  ])('nothing is wrong with %s', (line) => {
    expect(alertFault(line.split(' '), withRelay)).toBeNull();
  });

  test('a mail without a relay', () => {
    expect(alertFault(['mail.alert', 'root'], noAlerting)).toBe(
      'mail.alert needs a relay that takes its mails; add a line like set alerting mail relay 192.0.2.25:25',
    );
  });
});

test('an alert says in a sentence what has happened', () => {
  const details = { acknowledged: 'Anna is on it' };
  const types = ['failure', 'up', 'startup', 'trap', 'traptimeout', 'ack', 'disable'] as const;
  expect(types.map((alertType) => sentence({ ...failure, alertType, details }))).toEqual([
    'http of web failed: 10.0.0.2',
    'http of web is good again',
    'http of web is watched from now on',
    'http of web sent a trap: 10.0.0.2',
    'http of web sent no trap in time: 10.0.0.2',
    'the failure of http of web is acknowledged: Anna is on it',
    'http of web is disabled: 10.0.0.2',
  ]);
});

describe('console', () => {
  const line = (words: string, alert: AlertEffect) =>
    consoleLine(good(parseConsoleAlert(words.split(' '))), alert);

  test('the level is that of the alert, or as wanted', () => {
    expect(line('console', failure)).toEqual({
      level: 'error',
      sentence: 'alert: http of web failed: 10.0.0.2',
    });
    expect(line('console', up)).toEqual({ level: 'info', sentence: 'alert: http of web is good again' });
    expect(line('console -l warn call Anna', failure)).toEqual({
      level: 'warn',
      sentence: 'alert: http of web failed: 10.0.0.2 (call Anna)',
    });
  });

  test('no escape of a monitor gets to a terminal', () => {
    const { sentence: said } = line('console', hostile);
    expect(said).toMatch(/^[ -~]*$/);
    expect(said.length).toBeLessThan(300);
  });
});

describe('syslog', () => {
  const message = (words: string, alert: AlertEffect, zoneMs = 0) =>
    syslogMessage(good(parseSyslogAlert(words.split(' '))), alert, 'lead', zoneMs);

  test('the local form, and those of both RFCs', () => {
    expect(message('syslog', failure)).toBe(
      '<27>Jul  6 12:00:00 understudy: http of web failed: 10.0.0.2; 10.0.0.2: connection refused',
    );
    expect(message('syslog -r 192.0.2.5 -f local7 -i lb', up)).toBe(
      '<189>1 2026-07-06T12:00:00.900Z lead lb - up - http of web is good again',
    );
    expect(message('syslog -r 192.0.2.5 -F 3164 -p emerg -f kern', up)).toBe(
      '<0>Jul  6 12:00:00 lead understudy: http of web is good again',
    );
  });

  test('local time where the form has no zone', () => {
    expect(message('syslog', up, 7_200_000)).toMatch(/^<29>Jul {2}6 14:00:00 /);
    expect(message('syslog -r 192.0.2.5', up, 7_200_000)).toContain(' 2026-07-06T12:00:00.900Z ');
  });

  test('where it goes', () => {
    expect(good(parseSyslogAlert('syslog -r 192.0.2.5'.split(' '))).to).toEqual({
      address: '192.0.2.5',
      port: 514,
    });
    expect(good(parseSyslogAlert('syslog -r [2001:db8::5]:99'.split(' '))).to).toEqual({
      address: '2001:db8::5',
      port: 99,
    });
    expect(good(parseSyslogAlert(['syslog'])).to).toBeNull();
  });

  test('one line of bounded length, whatever the monitor says', () => {
    const said = message('syslog -r 192.0.2.5', hostile);
    expect(said).toMatch(/^[ -~]*$/);
    expect(said).toHaveLength(1024);
  });
});

describe('mail', () => {
  const mail = (words: string, alert: AlertEffect) =>
    mailOf(good(parseMailAlert(words.split(' '))), alert, 'lead', 'understudy@lead');

  test('a message as Debian has it', () => {
    const { to, ...rest } = mail('mail.alert root@example.org ops,root@example.org', failure);
    expect(to).toEqual(['root@example.org', 'ops']);
    expect(messageText({ to, ...rest }, 'lb.example.org', 7).split('\r\n')).toEqual([
      'Date: Mon, 06 Jul 2026 12:00:00 +0000',
      'From: understudy@lead',
      'To: root@example.org,',
      ' ops',
      'Subject: ALERT web/http: 10.0.0.2',
      'Message-ID: <1783339200900.7@lb.example.org>',
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'Group                 : web',
      'Service               : http',
      'Time noticed          : Mon, 06 Jul 2026 12:00:00 +0000',
      'Members               : 10.0.0.1 10.0.0.2',
      'Noticed by            : lead',
      '',
      'Detailed text (if any) follows:',
      '-------------------------------',
      '10.0.0.2: connection refused',
      '',
    ]);
  });

  test('sender and subject of its own, and when it comes again', () => {
    const own = mail('mail -f a@b -S gone root', {
      ...up,
      details: { everyMs: 3_600_000, description: 'the shop' },
    });
    expect(own).toMatchObject({ from: 'a@b', subject: 'UPALERT web/http: gone' });
    expect(own.lines).toContain('Secs until next alert : 3600');
    expect(own.lines).toContain('Description           : the shop');
  });

  test('no header and no line of its own for a hostile monitor', () => {
    const { subject, lines } = mail('mail root', hostile);
    for (const line of [subject, ...lines]) {
      expect(line).toMatch(/^[ -~]*$/);
      expect(line.length).toBeLessThanOrEqual(998);
    }
    expect(lines.join('').length).toBeLessThan(DETAIL_LIMIT + 500);
    const text = messageText(mail('mail root', hostile), 'lead', 1);
    expect(text.split('\r\n').filter((line) => /^bcc/i.test(line))).toEqual([]);
  });
});

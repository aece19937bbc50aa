import { describe, expect, it } from 'vitest';
import { importText } from '../../../../src/config/import/index';
import { BUILT_IN_MONITORS } from '../../../../src/config/programs';
import { importOne } from './lines';

const one = (...lines: readonly string[]): ReturnType<typeof importOne> => importOne('mon.cf', ...lines);
/** Lines 1 to 4, with a service that is whole. */
const whole = ['hostgroup web 192.0.2.3', 'watch web', 'service http', 'interval 5s', 'monitor http.monitor'];
const path = 'watch web service http';
const always = [
  'hostgroup web host 192.0.2.3',
  `${path} interval 5s`,
  `${path} monitor http.monitor`,
  `${path} timeout 3s`,
];

/** What became of the line behind `whole`. */
function told(...lines: readonly string[]): {
  readonly set: readonly string[];
  readonly account: readonly string[];
} {
  const { set, account } = one(...whole, ...lines);
  return {
    set: set.filter((line) => !always.includes(line)),
    account: account.filter((line) => Number(line.split(' ')[0]) > whole.length),
  };
}

describe('mon.cf', () => {
  it('reads groups over several lines, comments and joined lines', () => {
    const { set } = one(
      'hostgroup web 192.0.2.3',
      '  192.0.2.4 192.0.2.5',
      '',
      'hostgroup dns \\',
      '# between',
      '  192.0.2.6 \\',
      '  192.0.2.7',
    );
    expect(set).toEqual([
      'hostgroup web host 192.0.2.3',
      'hostgroup web host 192.0.2.4',
      'hostgroup web host 192.0.2.5',
      'hostgroup dns host 192.0.2.6',
      'hostgroup dns host 192.0.2.7',
    ]);
  });

  it('ends a block at a blank line', () => {
    const { account } = one(...whole, '', 'interval 9s');
    expect(account.at(-1)).toMatch(/^7 refused "interval 9s" is in no block, which a blank line ends/);
  });

  it('takes a watch without its group for a host, and a group defined later for its group', () => {
    const service = ['service http', 'interval 5s', 'monitor http.monitor'];
    expect(one('watch 192.0.2.9', ...service).set[0]).toBe('hostgroup 192.0.2.9 host 192.0.2.9');
    expect(
      one('watch web', ...service, '', 'hostgroup web 192.0.2.3').set.filter((line) =>
        /^hostgroup/.test(line),
      ),
    ).toEqual(['hostgroup web host 192.0.2.3']);
  });

  it.each([
    ['1.5s', '1500ms'],
    ['10m', '10m'],
    ['1h', '60m'],
    ['1d', '1440m'],
    ['7S', '7s'],
  ])('reads interval %s', (time, text) => {
    expect(told(`interval ${time}`).set).toEqual([`${path} interval ${text}`]);
  });

  it.each(['5', '5 s', '200ms', '', 's'])('refuses interval %j, keeping the one before', (time) => {
    const { set, account } = told(`interval ${time}`);
    expect(set).toEqual([]);
    expect(account).toEqual([
      `6 refused ${JSON.stringify(time)} is no time of mon; write a number and s, m, h or d, as "interval 5s".`,
    ]);
  });

  it("keeps a monitor's own flags, and takes its -t for the timeout", () => {
    expect(told('monitor http.monitor -p 8080 -t 10 -u /up').set).toEqual([
      `${path} monitor "http.monitor -p 8080 -t 10 -u /up"`,
      `${path} timeout 10s`,
    ]);
    expect(told('monitor tcp.monitor -t2.5').set).toContain(`${path} timeout 2500ms`);
    // fping's -t is milliseconds, and may not be an end to the whole check at all.
    expect(told('monitor fping.monitor -t 500').set).toEqual([`${path} monitor "fping.monitor -t 500"`]);
  });

  it('says which programs the boxes need', () => {
    expect(
      told('monitor telnet.monitor', 'period', 'alert mail.alert root', 'upalert /bin/up').account,
    ).toEqual(
      expect.arrayContaining([
        '6 missing telnet.monitor is not built in: both boxes need it as /usr/lib/mon/mon.d/telnet.monitor.',
        '9 missing /bin/up is not built in: both boxes need it as /bin/up.',
      ]),
    );
  });

  it.each(BUILT_IN_MONITORS)('needs no program for %s', (monitor) => {
    const { account } = told(`monitor ${monitor}`);
    expect(account.filter((line) => line.includes('not built in'))).toEqual([]);
  });

  it('says once that mails need a relay', () => {
    const { account, set } = told('period', 'alert mail.alert root', 'upalert mail.alert root');
    expect(account.filter((line) => line.includes(' missing '))).toEqual([
      '7 missing mail.alert is built in, and needs a relay to send its mails to. Write: set alerting mail relay <address>:25',
    ]);
    expect(set).toContain(`${path} period always upalert "mail.alert root"`);
    expect(told('period', 'alert /opt/mail.alert root').account).toContain(
      '7 missing /opt/mail.alert is not built in: both boxes need it as /opt/mail.alert.',
    );
  });

  it('keeps quoted arguments together', () => {
    expect(told('period', `alert mail.alert -S 'it is down' "a\\"b" c\\ d`).set).toContain(
      `${path} period always alert "mail.alert -S \\"it is down\\" \\"a\\\\\\"b\\" \\"c d\\""`,
    );
  });

  it('gives every period a label', () => {
    const { set } = told(
      'period wd {Mon-Fri}',
      'period WD {Sat}',
      'period night: hr {10pm-6am}',
      'period',
      'period {x}',
    );
    expect(set).toEqual([
      `${path} period wd time "wd {Mon-Fri}"`,
      `${path} period wd-2 time "WD {Sat}"`,
      `${path} period night time "hr {10pm-6am}"`,
      `${path} period always time ""`,
      `${path} period period time {x}`,
    ]);
  });

  it('keeps alerts of a refused period out of the one before', () => {
    const { set, account } = told('period a: wd {Mon}', 'period a: wd {Tue}', 'alert lvs.alert');
    expect(set).toEqual([`${path} period a time "wd {Mon}"`]);
    expect(account).toEqual([
      '6 taken Period a: wd {Mon}.',
      '7 refused Period a is there before; write "period LABEL: TIME" with another label.',
      '8 meaningless It goes with the definition above, which is left out.',
    ]);
  });

  it('gives an alert once', () => {
    const { set, account } = told('period', 'alert lvs.alert -P tcp', 'alert lvs.alert  -P tcp');
    expect(set).toEqual([`${path} period always time ""`, `${path} period always alert "lvs.alert -P tcp"`]);
    expect(account.at(-1)).toBe('8 meaningless The same alert is there before.');
  });

  it.each([
    [['service http'], 'Service http of web is defined before.'],
    [['service a b'], '"a b" is no name of a service'],
    [['service'], '"" is no name of a service'],
    [['alert lvs.alert'], 'alert stands before any period'],
    [['period', 'alert exit=9-2 lvs.alert'], '"9-2" is no exit value or range'],
    [['alertevery 1h'], 'alertevery stands before any period'],
    [['alertexitrange 1'], 'alertexitrange stands before any period'],
    [['period', 'alert'], 'alert wants a program'],
    [['monitor'], 'monitor wants a program'],
    [['monitor http.monitor "unclosed'], 'monitor wants a program and its arguments, quotation marks closed'],
    [["monitor http.monitor it's"], 'monitor wants a program'],
    [['bogus 1'], '"bogus" is no key of a service or period of mon.'],
    [['watch web'], 'The watch of web is defined before'],
    [['watch two words'], 'Write "watch NAME"'],
    [['watch'], 'Write "watch NAME"'],
    [['hostgroup web 192.0.2.4'], '"web" is defined before'],
    [['hostgroup we/b 192.0.2.4'], '"we/b" is no name of a group'],
    [['hostgroup other *192.0.2.4'], '"*192.0.2.4" is disabled in mon'],
    [['hostgroup other we/b'], 'The configuration cannot hold it'],
  ])('refuses %j', (lines, sentence) => {
    const refusals = told(...lines).account.filter((line) => line.includes(' refused '));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain(sentence);
  });

  it('takes keys of services and periods for the settings of the same name', () => {
    expect(
      told(
        'description the "shop"',
        'DIRECTORY=/srv/a b',
        'exclude_hosts a b',
        'exclude_period hr {2am-4am}',
        'failure_interval 1.5s',
        'period wd {Sun-Sat}',
        'alertevery 1h strict',
        'alertafter 2 30m',
        'alert exit=1-3 mail.alert root',
        'ackalert mail.alert root',
      ).set,
    ).toEqual([
      `${path} description "the \\"shop\\""`,
      `${path} variable DIRECTORY "/srv/a b"`,
      `${path} exclude-host a`,
      `${path} exclude-host b`,
      `${path} exclude-period "hr {2am-4am}"`,
      `${path} failure-interval 1500ms`,
      `${path} period wd time "wd {Sun-Sat}"`,
      `${path} period wd alertevery 60m`,
      `${path} period wd alertevery-mode strict`,
      `${path} period wd alertafter-failures 2`,
      `${path} period wd alertafter-time 30m`,
      `${path} period wd alert "exit=1-3 mail.alert root"`,
      `${path} period wd ackalert "mail.alert root"`,
    ]);
  });

  it('puts alertexitrange in front of every alert of its period', () => {
    const { set, account } = told(
      'period',
      'alert a',
      'alert exit=3-9 b',
      'alert exit=9 c',
      'upalert d',
      'alertexitrange 1-4',
    );
    expect(set.slice(1)).toEqual([
      `${path} period always alert "exit=1-4 a"`,
      `${path} period always alert "exit=3-4 b"`,
      `${path} period always upalert d`,
    ]);
    expect(account.join('\n')).toMatch(/9 refused No exit value is both/);
  });

  it('has depend win for its own kind, which dep_behavior says, the own one before the global one', () => {
    expect(told('depend a:b', 'alertdepend c:d', 'hostdepend e:f').set).toEqual([
      `${path} alert-depend a:b`,
      `${path} host-depend e:f`,
    ]);
    const globally = (...lines: readonly string[]) =>
      one('dep_behavior = m', '', ...whole, ...lines).set.filter((line) => line.includes('depend'));
    expect(globally('depend a:b')).toEqual([`${path} monitor-depend a:b`]);
    expect(globally('depend a:b', 'dep_behavior hm')).toEqual([`${path} host-depend a:b`]);
  });

  it('gives each service what is said of all, unless it says it itself', () => {
    const { set } = one(
      'dep_memory = 1m',
      'randstart = 30s',
      'exclude_period = wd {Sun}',
      'unack_summary = yes',
      '',
      ...whole,
      'dep_memory 2m',
      'unack_summary no',
      'exclude_period hr {2am}',
      'service two',
      'interval 5s',
      'monitor tcp.monitor',
    );
    expect(set.filter((line) => /http (dep|rand|excl|unack)/.test(line))).toEqual([
      `${path} randstart 30s`,
      `${path} dep-memory 2m`,
      `${path} exclude-period "hr {2am}, wd {Sun}"`,
    ]);
    expect(set.filter((line) => /two (dep|rand|excl|unack)/.test(line))).toEqual([
      'watch web service two dep-memory 1m',
      'watch web service two unack-summary',
      'watch web service two randstart 30s',
      'watch web service two exclude-period "wd {Sun}"',
    ]);
  });

  it('takes services that only traps tell of, and asks from where they may come', () => {
    const { set } = one(
      'trapport = 9999',
      '',
      'watch default',
      'service default',
      'period',
      'alert lvs.alert',
    );
    expect(set).toEqual([
      'watch default service default timeout 3s',
      'watch default service default period always time ""',
      'watch default service default period always alert lvs.alert',
      'traps port 9999',
    ]);
    const { account } = importText('mon.cf', [...whole, 'traptimeout 10m'].join('\n'));
    expect(account.map(({ sentence }) => sentence).join('\n')).toContain('Write: set traps from <network>');
  });

  it('leaves out a service that lacks its monitor, with all its lines', () => {
    const { set, account } = one('watch web', 'service trap', 'interval 5s', 'period', 'alert lvs.alert');
    expect(set.filter((line) => line.startsWith('watch'))).toEqual([]);
    expect(account.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '1 taken',
      '2 refused',
      '3 refused',
      '4 refused',
      '5 refused',
    ]);
  });

  it('lets the last of two lines count, and says so', () => {
    expect(told('interval 9s').set).toEqual([`${path} interval 9s`]);
    expect(one(...whole, 'interval 9s').account).toContain(
      '4 meaningless Overruled by line 6, which says it again.',
    );
  });

  it('takes a global for one where a host group has lost its blank line', () => {
    const { set, account } = one('hostgroup web 192.0.2.3', 'maxprocs = 20', 'hostgroup dns 192.0.2.4');
    expect(set).toEqual(['hostgroup web host 192.0.2.3', 'hostgroup dns host 192.0.2.4']);
    expect(account[1]).toBe('2 meaningless maxprocs: How many checks run at a time is limited by the box.');
  });

  it.each(['define(_LB, `192.0.2.10`)dnl', 'dnl a comment', "include(`groups.m4')"])(
    'sends "%s" to m4 first',
    (line) => {
      const { set, account } = one('hostgroup web 192.0.2.3', line);
      expect(set).toEqual(['hostgroup web host 192.0.2.3']);
      expect(account[1]).toMatch(
        /^2 refused ".*": Macros are not expanded; run m4 and import what it prints\.$/,
      );
    },
  );

  it('knows where programs are', () => {
    expect(one('alertdir = /usr/lib/mon/alert.d').account[0]).toMatch(/^1 taken/);
    expect(one('alertdir = /elsewhere').account[0]).toMatch(/^1 refused .*write the whole path/);
    expect(one('nonsense = 1').account[0]).toBe('1 refused "nonsense" is no global setting of mon.');
  });
});

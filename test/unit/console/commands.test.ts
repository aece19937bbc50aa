import { beforeEach, describe, expect, it } from 'vitest';
import { printDocument, readDocument } from '../../../src/config/document';
import { splitWords } from '../../../src/config/text';
import { CONFIGURATION } from '../../../src/console/configuration';
import { Grammar } from '../../../src/console/grammar';
import { OPERATIONAL, OPERATIONAL_GROUPS } from '../../../src/console/operational';
import type { Shell } from '../../../src/console/shell';
import { type Fake, fake, TEXT } from './fake';

const configuration = new Grammar<Shell>(CONFIGURATION);
const operational = new Grammar<Shell>(OPERATIONAL, OPERATIONAL_GROUPS);
let shell: Fake;

beforeEach(() => {
  shell = fake();
  const read = readDocument(TEXT);
  if (read.ok) shell.draft = shell.base = read.value;
});

/** What a line writes. */
async function run(line: string, grammar = configuration): Promise<string[]> {
  const words = splitWords(line);
  if (!words.ok) throw new Error(words.error);
  const found = grammar.find(words.value, shell);
  if (!found.ok) return [found.error];
  shell.output.length = 0;
  await found.value.entry.run(shell, found.value);
  return [...shell.output];
}

describe('set and delete', () => {
  it('change the draft and nothing else', async () => {
    expect(await run('set group vip 192.0.2.9/24')).toEqual([]);
    expect(await run('se serv tcp 192.0.2.10:80 ser 10.0.0.22:80 we 3')).toEqual([]);
    expect(await run('del group gateway')).toEqual([]);
    expect(await run('compare')).toEqual([
      '- group gateway 10.0.0.1/24',
      '+ group vip 192.0.2.9/24',
      '+ service tcp 192.0.2.10:80 server 10.0.0.22:80 weight 3',
    ]);
    expect(shell.running).toBe(TEXT);
  });

  it('say what was expected', async () => {
    expect(await run('set heartbeat keepalife 2s')).toEqual([
      expect.stringContaining('did you mean keepalive?'),
    ]);
    expect(await run('delete group gatway')).toEqual([expect.stringContaining('gateway')]);
    expect(printDocument(shell.draft)).toBe(TEXT);
  });
});

describe('show', () => {
  it('hides secrets', async () => {
    expect((await run('show')).join('\n')).toContain('set heartbeat key 1 sha256 ***');
    expect(await run('show group')).toEqual([
      'set group preferred lead',
      'set group vip 192.0.2.10/24',
      'set group gateway 10.0.0.1/24',
    ]);
  });
});

describe('commit', () => {
  it('refuses a draft with faults, and names them all', async () => {
    await run('delete group vip');
    await run('set heartbeat deadtime 100ms');
    const said = await run('commit');
    expect(said.length).toBeGreaterThan(2);
    expect(said.at(-1)).toBe('Nothing was committed: the draft has the faults above.');
    expect(shell.commits).toEqual([]);
  });

  it('hands the text with its secrets to the supervisor', async () => {
    await run('set heartbeat warntime 600ms');
    expect(await run('commit comment "as agreed"')).toEqual(['Committed.']);
    expect(shell.commits[0]).toMatchObject({
      comment: 'as agreed',
      confirmMinutes: null,
      acknowledgeRisk: false,
    });
    expect(shell.commits[0]!.text).toContain('"a long secret of our own"');
    expect(await run('compare')).toEqual(['There is no difference.']);
  });

  it('may have to be confirmed later', async () => {
    await run('commit confirmed');
    await run('commit confirmed 3');
    expect(shell.commits.map(({ confirmMinutes }) => confirmMinutes)).toEqual([10, 3]);
    expect(await run('commit confirmed soon')).toEqual(['commit confirmed takes minutes from 1 to 1440.']);
  });

  it('asks before it silences something', async () => {
    shell.verdict = { ok: false, error: 'no link is left as it is', risk: true };
    shell.answers.push('no', 'yes');
    expect(await run('commit')).toEqual(['nothing was committed.']);
    expect(await run('commit')).toEqual(['Committed.']);
    expect(shell.commits.map(({ acknowledgeRisk }) => acknowledgeRisk)).toEqual([false, false, true]);
  });
});

describe('the draft', () => {
  it('goes back to an earlier commit', async () => {
    await run('rollback 1');
    expect(await run('compare')).toEqual([
      '- service tcp 192.0.2.10:80 server 10.0.0.21:80 weight 1',
      '+ service tcp 192.0.2.10:80 server 10.0.0.21:80 weight 6',
    ]);
    expect(await run('rollback 9')).toEqual(['there are commits from 0 to 1, not 9.']);
    await run('discard');
    expect(await run('compare')).toEqual(['There is no difference.']);
  });

  it('is loaded whole or not at all', async () => {
    shell.answers.push('set group vip 192.0.2.99/24\n', 'set group vipp 1\n', null);
    await run('load');
    expect(printDocument(shell.draft)).toBe('set group vip 192.0.2.99/24\n');
    expect((await run('load')).at(-1)).toContain('Nothing was taken: line 1: ');
    expect((await run('load')).at(-1)).toBe('Nothing was loaded.');
    expect(printDocument(shell.draft)).toBe('set group vip 192.0.2.99/24\n');
  });

  it('is saved to a file and loaded from there', async () => {
    await run('save /tmp/pair.conf');
    await run('delete group');
    await run('load /tmp/pair.conf');
    expect(printDocument(shell.draft)).toBe(TEXT);
    expect(await run('load /tmp/other.conf')).toEqual(['there is no /tmp/other.conf']);
  });

  it('is not lost without a question', async () => {
    await run('set heartbeat warntime 600ms');
    shell.answers.push('no', 'yes');
    await run('exit');
    expect(shell.mode).toBe('configuration');
    await run('exit');
    expect(shell.mode).toBe('operational');
    expect(printDocument(shell.draft)).toBe(TEXT);
  });
});

describe('operational commands', () => {
  it('show the running configuration without secrets', async () => {
    const shown = await run('sho conf', operational);
    expect(shown).toContain('set heartbeat key 1 sha256 ***');
    expect(shown.join('\n')).not.toContain('secret');
  });

  it('show the archive', async () => {
    expect(await run('show archive', operational)).toEqual([
      'rollback  revision  date                 by       comment',
      '0         7         1970-01-01 00:00:00  console  new',
      '1         6         unknown date         setup',
    ]);
  });

  it('show the last lines of the log, whatever is in it', async () => {
    shell.files.set('/var/log/understudy.log', '{"level":40,"time":0,"msg":"late"}\nnoise\n');
    shell.files.set('/var/log/understudy.log.1', '{"level":30,"time":0,"msg":"older"}\n');
    expect(await run('show log', operational)).toEqual([
      '1970-01-01 00:00:00 info  older',
      '1970-01-01 00:00:00 WARN  late',
      'noise',
    ]);
    expect(await run('show log 1', operational)).toEqual(['noise']);
    expect(await run('show log x', operational)).toEqual([
      'show log takes a number of lines from 1 to 2000.',
    ]);
  });

  it('show the hardware', async () => {
    shell.files.set('/proc/cpuinfo', 'model name\t: Pentium II (Klamath)\ncpu MHz\t\t: 400.9\n');
    shell.files.set('/proc/meminfo', 'MemTotal:         122364 kB\n');
    shell.files.set('/sys/class/net/eth0/address', '52:54:00:12:34:56\n');
    shell.files.set('/sys/class/net/eth0/carrier', '0\n');
    shell.files.set('/sys/block/sda/removable', '0\n');
    shell.files.set('/sys/block/sda/size', '125000\n');
    shell.files.set('/sys/block/sda/device/model', 'SanDisk SDCFB-64\n');
    shell.files.set(
      '/proc/tty/driver/serial',
      '0: uart:16550A port:000003F8 irq:4\n2: uart:unknown port:000003E8 irq:4\n',
    );
    expect(await run('show hardware', operational)).toEqual([
      'processor          Pentium II (Klamath), 400.9 MHz',
      'memory             122364 kB',
      'card eth0          52:54:00:12:34:56, NO CARRIER',
      'disk /dev/sda      SanDisk SDCFB-64 64 MB',
      'serial /dev/ttyS0  16550A',
    ]);
  });

  it('hand the group over, and end the box only when told so twice', async () => {
    expect(await run('standby', operational)).toEqual(['standby all done']);
    expect(await run('takeover loc', operational)).toEqual(['takeover local done']);
    expect(await run('maintenance on', operational)).toEqual(['maintenance is on']);
    shell.answers.push('no', 'yes');
    expect(await run('reboot', operational)).toEqual(['Nothing was done.']);
    expect(shell.programs).toEqual([]);
    await run('reboot', operational);
    expect(shell.programs).toEqual([['/sbin/reboot']]);
    expect(shell.left).toBe(true);
  });

  it('show what is watched, and pass on what is said of it', async () => {
    expect(await run('show watches', operational)).toEqual([
      'watch  service  state  since',
      'web    http     FAILS  5.0 s  acknowledged: known; 10.0.0.21',
      'web    ping     good   5.0 s  disabled',
      'hosts that are disabled: 10.0.0.22',
    ]);
    expect((await run('show watches json', operational)).join('')).toContain('"ack": "known"');
    const told = async (line: string): Promise<unknown> => JSON.parse((await run(line, operational))[0]!);
    expect(await told('watch ack web http the disk is full')).toEqual({
      op: 'ack',
      watch: 'web',
      service: 'http',
      comment: 'the disk is full',
    });
    expect(await told('watch disable group web')).toMatchObject({ op: 'disable', watch: 'web', service: '' });
    expect(await told('watch enable service web http')).toMatchObject({ op: 'enable', service: 'http' });
    expect(await told('watch disable host 10.0.0.21')).toMatchObject({ watch: '', host: '10.0.0.21' });
  });

  it('say why the supervisor does not answer', async () => {
    expect(await run('show status', operational)).toEqual(['this box has not joined the cluster yet']);
  });
});

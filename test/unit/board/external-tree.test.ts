import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLayout } from '../../../board/build/disk';
import { grubBootFiles, readBootSettings } from '../../../board/build/grub';

const read = (path: string): string => readFileSync(path, 'utf8');
const DEFCONFIG = read('buildroot-ext/configs/understudy_pentium_defconfig');
const setting = (name: string): string | undefined =>
  new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(DEFCONFIG)?.[1];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'external-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the external tree and the lab agree on', () => {
  it('the modules in GRUB', () => {
    expect(setting('BR2_TARGET_GRUB2_BUILTIN_MODULES_PC')?.split(' ')).toEqual(
      readBootSettings('board').grubModules,
    );
  });

  it('the version of QuickJS, which decides what bytecode looks like', () => {
    const external = /^UNDERSTUDY_QUICKJS_VERSION = (.*)$/m.exec(
      read('buildroot-ext/package/understudy-quickjs/understudy-quickjs.mk'),
    )?.[1];
    const lab = /QUICKJS_PACKAGE_VERSION = '(.*)'/.exec(read('board/build/runner.ts'))?.[1];
    expect(external).toBe(lab?.replaceAll('.', '-'));
  });

  it('the version of the product', () => {
    const external = /^UNDERSTUDY_VERSION = (.*)$/m.exec(
      read('buildroot-ext/package/understudy/understudy.mk'),
    );
    expect(external?.[1]).toBe(JSON.parse(read('package.json')).version);
  });

  it('every fragment of the kernel configuration', () => {
    const named = `${setting('BR2_LINUX_KERNEL_CUSTOM_CONFIG_FILE')} ${setting('BR2_LINUX_KERNEL_CONFIG_FRAGMENT_FILES')}`;
    const files = readdirSync('board/kernel').filter((name) => name.endsWith('.config'));
    expect(named.match(/[a-z]+\.config/g)?.sort()).toEqual(files.sort());
  });
});

describe('the check of the kernel options', () => {
  const check = (dotconfig: string): { status: number | null; stderr: string } => {
    const files = {
      dotconfig,
      required: '# Balancing\nIP_VS IP_VS_RR\n',
      fragment: 'CONFIG_HZ=250\n# CONFIG_SMP is not set\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const paths = Object.keys(files).map((name) => join(folder, name));
    return spawnSync('board/kernel/check-options', paths, { encoding: 'utf8' });
  };
  const GOOD = ['CONFIG_IP_VS=y', 'CONFIG_IP_VS_RR=y', 'CONFIG_HZ=250', '# CONFIG_SMP is not set'];

  it('is content when all survived', () => {
    expect(check(GOOD.join('\n'))).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['is off', '# CONFIG_IP_VS_RR is not set', 1, 'CONFIG_IP_VS_RR=y'],
    ['became a module', 'CONFIG_IP_VS_RR=m', 1, 'CONFIG_IP_VS_RR=y'],
    ['has another value', 'CONFIG_HZ=100', 2, 'CONFIG_HZ=250'],
    ['was turned on', 'CONFIG_SMP=y', 3, '# CONFIG_SMP is not set'],
  ])('names an option that %s', (_, line, at, wanted) => {
    const { status, stderr } = check(GOOD.map((one, i) => (i === at ? line : one)).join('\n'));
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').slice(1)).toEqual([`  wanted: ${wanted}`]);
  });

  it('names an option that vanished', () => {
    expect(check(GOOD.slice(1).join('\n')).stderr).toContain('  wanted: CONFIG_IP_VS=y');
  });

  it('asks for every scheduler and the hashes', () => {
    const required = read('board/kernel/required');
    for (const name of [
      'RR',
      'WRR',
      'LC',
      'WLC',
      'FO',
      'OVF',
      'LBLC',
      'LBLCR',
      'DH',
      'SH',
      'MH',
      'SED',
      'NQ',
      'TWOS',
    ])
      expect(required).toMatch(new RegExp(`\\bIP_VS_${name}\\b`));
    expect(required).toMatch(/\bCRYPTO_USER_API_HASH\b/);
  });
});

describe("GRUB's files", () => {
  it('name disk, speed and arguments, and leave no placeholder', () => {
    const settings = {
      consoleBaud: 9600,
      kernelArguments: ['panic=10', 'quiet'],
      environment: {},
      grubModules: [],
    };
    grubBootFiles(folder, read('board/grub.cfg'), readLayout('board'), settings);
    const text = read(join(folder, 'boot/grub/grub.cfg'));
    expect(text).toContain('set baud=9600');
    expect(text).toContain('root=PARTUUID=55440001-0$1');
    expect(text).toContain('panic=10 quiet');
    expect(text).not.toMatch(/@[A-Z]+@/);
  });

  it('hold an environment block of the size that GRUB insists on', () => {
    grubBootFiles(folder, '', readLayout('board'), {
      consoleBaud: 9600,
      kernelArguments: [],
      environment: { arguments: 'a=b c' },
      grubModules: [],
    });
    const block = read(join(folder, 'boot/grub/grubenv'));
    expect(block).toHaveLength(1024);
    expect(block).toMatch(/^# GRUB Environment Block\nslot=a\ntries=0\nbaud=9600\narguments=a=b c\n#+$/);
  });
});

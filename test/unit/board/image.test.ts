import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { licenceReport, licenceTexts } from '../../../board/image/licences';
import { buildrootComponents, npmComponents } from '../../../board/image/packages';
import { buildrootTree, RELEASE, treeVersion } from '../../../board/image/release';
import { billOfMaterials } from '../../../board/image/sbom';
import { sizeReport } from '../../../board/image/sizes';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As `make show-info` writes it, less what is not read. */
const INFO = {
  busybox: {
    type: 'target',
    name: 'busybox',
    virtual: false,
    version: '1.37.0',
    licenses: 'GPL-2.0, bzip2-1.0.4',
    'cpe-id': 'cpe:2.3:a:busybox:busybox:1.37.0:*:*:*:*:*:*:*',
    install_target: true,
  },
  'host-bison': { type: 'host', name: 'bison', virtual: false, version: '3.8.2', licenses: 'GPL-3.0+' },
  toolchain: { type: 'target', name: 'toolchain', virtual: true, install_target: true },
  'linux-headers': {
    type: 'target',
    name: 'linux-headers',
    virtual: false,
    version: '6.12.91',
    licenses: 'GPL-2.0',
    install_target: false,
  },
  'understudy-quickjs': {
    type: 'target',
    name: 'understudy-quickjs',
    virtual: false,
    version: '2025-04-26',
    licenses: 'MIT',
    install_target: false,
  },
  rootfs: { type: 'rootfs', image_name: 'rootfs.squashfs' },
};
const INPUTS = [
  'src/main.ts',
  'node_modules/pino/browser.js',
  'node_modules/@noble/hashes/sha2.js',
  'node_modules/@noble/hashes/hmac.js',
];
const read = (path: string): string =>
  JSON.stringify(
    path.includes('pino')
      ? { name: 'pino', version: '10.4.0', license: 'MIT' }
      : { name: '@noble/hashes', version: '2.4.0', license: 'MIT' },
  );

describe('the components of an image', () => {
  it('are what Buildroot puts on the target, and the engine inside the runner', () => {
    const found = buildrootComponents(INFO);
    expect(found.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'busybox 1.37.0',
      'understudy-quickjs 2025-04-26',
    ]);
  });

  it('are also the npm packages of the bundle, each once', () => {
    expect(npmComponents(INPUTS, read).map(({ purl }) => purl)).toEqual([
      'pkg:npm/%40noble/hashes@2.4.0',
      'pkg:npm/pino@10.4.0',
    ]);
  });

  it('stand in the licence report with their licences and the texts of these', () => {
    const components = [...buildrootComponents(INFO), ...npmComponents(INPUTS, read)];
    const text = { path: 'LICENSE', text: 'Use it.\n\n' };
    const rule = '='.repeat(100);
    expect(licenceReport(components, ({ name }) => (name === 'pino' ? [text] : []))).toBe(
      [
        'busybox             1.37.0      GPL-2.0, bzip2-1.0.4',
        'understudy-quickjs  2025-04-26  MIT',
        '@noble/hashes       2.4.0       MIT',
        'pino                10.4.0      MIT',
        '',
        rule,
        'pino 10.4.0: LICENSE',
        rule,
        'Use it.',
        '',
      ].join('\n'),
    );
  });

  it('have their licences where Buildroot gathers them, or in their own folder', () => {
    const [busybox] = buildrootComponents(INFO);
    const archival = join(folder, 'licenses/busybox-1.37.0/archival');
    mkdirSync(archival, { recursive: true });
    writeFileSync(join(archival, 'LICENSE'), 'bzip2');
    expect(licenceTexts(folder, busybox!)).toEqual([{ path: 'archival/LICENSE', text: 'bzip2' }]);
    writeFileSync(join(folder, 'LICENCE.md'), 'MIT');
    writeFileSync(join(folder, 'index.js'), '');
    expect(licenceTexts('/nowhere', { ...busybox!, folder })).toEqual([{ path: 'LICENCE.md', text: 'MIT' }]);
    expect(licenceTexts('/nowhere', busybox!)).toEqual([]);
  });
});

describe('the bill of materials', () => {
  it('names the image by its hash, and every component with licences and what it depends on', () => {
    const bill = JSON.parse(billOfMaterials({ version: '0.1.0', sha256: 'ab' }, buildrootComponents(INFO)));
    expect(bill.metadata.component.hashes).toEqual([{ alg: 'SHA-256', content: 'ab' }]);
    expect(bill.components[0]).toEqual({
      type: 'application',
      'bom-ref': 'pkg:generic/busybox@1.37.0',
      name: 'busybox',
      version: '1.37.0',
      licenses: [{ license: { name: 'GPL-2.0' } }, { license: { name: 'bzip2-1.0.4' } }],
      purl: 'pkg:generic/busybox@1.37.0',
      cpe: 'cpe:2.3:a:busybox:busybox:1.37.0:*:*:*:*:*:*:*',
    });
    expect(bill.dependencies[0].dependsOn).toHaveLength(bill.components.length);
  });

  it('takes no comma inside a remark for the end of a licence', () => {
    const one = { ...buildrootComponents(INFO)[0]!, licences: 'LGPL-2.1+ (libblkid, libuuid), MIT' };
    const bill = JSON.parse(billOfMaterials({ version: '1', sha256: '' }, [one]));
    expect(
      bill.components[0].licenses.map((entry: { license: { name: string } }) => entry.license.name),
    ).toEqual(['LGPL-2.1+ (libblkid, libuuid)', 'MIT']);
  });
});

describe('the size report', () => {
  it('rounds up, shows budgets, and names what exceeds its own', () => {
    const report = sizeReport([
      ['kernel', 1025, null],
      ['root', 4096, 4096],
      ['image', 4097, 4096],
    ]);
    expect(report.text).toBe('kernel       2 KiB\nroot         4 KiB  of 4\nimage        5 KiB  of 4\n');
    expect(report.tooLarge).toEqual(['image']);
  });
});

describe('BUILDROOT', () => {
  const tree = (version: string): string => {
    const path = join(folder, version);
    mkdirSync(path);
    writeFileSync(join(path, 'Makefile'), `# Makefile\nexport BR2_VERSION := ${version}\n`);
    return path;
  };

  it('may name a tree of the pinned release', async () => {
    expect(await buildrootTree(tree(RELEASE))).toBe(join(folder, RELEASE));
  });

  it('is refused where it names another release, or something else', async () => {
    await expect(buildrootTree(tree('2020.02'))).rejects.toThrow(
      `2020.02 is Buildroot 2020.02, but the image is made with ${RELEASE}.`,
    );
    await expect(buildrootTree(folder)).rejects.toThrow('no Buildroot tree');
    expect(treeVersion(join(folder, 'nowhere'))).toBeNull();
  });
});

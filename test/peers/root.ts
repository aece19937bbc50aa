/**
 * The disk of the peers' boxes: a Debian i386 with all peers' packages and what these depend on, on the kernel and boot
 * loader of the product's lab image. One disk for all systems, made once and cached; which system a box is, its
 * configuration partition says (systems.ts). Knows no system.
 */

import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleDisk } from '../../board/build/assemble';
import { buildOnce, treeInputs } from '../../board/build/cache';
import { command } from '../../board/build/command';
import { type DebianPackage, debianBinary, debianClosure, debianTree } from '../../board/build/debian';
import { debianGrub, readBootSettings } from '../../board/build/grub';
import { kernelPackage } from '../../board/build/image';
import { installKernel, type LabBoard, type RootParts } from '../../board/build/rootfs';

const HERE = dirname(fileURLToPath(import.meta.url));
const BOARD = join(dirname(dirname(HERE)), 'board');
/** Files of the peers' root that Debian does not bring. */
const OVERLAY = join(HERE, 'overlay');
/** partitions.json of the peers' disk. */
export const PEER_BOARD = join(HERE, 'board');

/** What a Debian has in any case. */
const MINIMAL = ['?essential', '?priority(required)', 'apt', 'usr-is-merged'];
/** What the peers' scripts call, and the init of the product, so that nothing else differs. */
const TOOLS = ['iproute2', 'iputils-arping', 'net-tools', 'procps', 'busybox-static'];
const PEERS = ['heartbeat', 'mon', 'ldirectord', 'keepalived', 'ipvsadm'];
/** Nothing that runs; a box that is measured would not install it either. */
const LEFT_OUT = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'usr/share/i18n'];
/** Folders that Debian has below /usr since bookworm. */
const MERGED = ['bin', 'sbin', 'lib'];
/** What Debian's update-alternatives(1) would choose, in /usr/bin. */
const ALTERNATIVES = [
  ['awk', 'gawk'],
  ['which', 'which.debianutils'],
] as const;
/** As stored: a Debian's ext4 costs no unpacking either. */
const UNCOMPRESSED = ['-noI', '-noD', '-noF', '-noX'];
const MIB_KIB = 1024;

/** The disk that all peers' boxes start from. */
export async function buildPeerDisk(): Promise<string> {
  const packages = await debianClosure([...MINIMAL, ...TOOLS, ...PEERS], 'i386');
  const parts = {
    kernel: await kernelPackage(),
    busybox: await debianBinary('busybox-static', 'i386'),
    initrdInit: join(BOARD, 'initrd/init'),
  };
  const tree = await debianTree(packages, 'i386');
  const inputs = [tree, parts.kernel, ...[OVERLAY, PEER_BOARD, BOARD].flatMap(treeInputs)];
  const folder = await buildOnce('peers', inputs, (target) => build(tree, parts, target));
  return join(folder, 'disk.img');
}

/** Versions of the peers' packages and what they add to a minimal Debian, in MiB, with everything they depend on. */
export async function peerSizes(packages: readonly string[]): Promise<{
  readonly versions: readonly string[];
  readonly addedMib: number;
}> {
  const minimal = new Set((await debianClosure(MINIMAL, 'i386')).map(({ name }) => name));
  const all: readonly DebianPackage[] = await debianClosure([...MINIMAL, ...packages], 'i386');
  const added = all.filter(({ name }) => !minimal.has(name));
  return {
    versions: all
      .filter(({ name }) => packages.includes(name))
      .map(({ name, version }) => `${name} ${version}`),
    addedMib: added.reduce((sum, { installedKib }) => sum + installedKib, 0) / MIB_KIB,
  };
}

async function build(
  tree: string,
  parts: Pick<RootParts, 'kernel' | 'busybox' | 'initrdInit'>,
  target: string,
): Promise<void> {
  const work = join(target, 'work');
  const root = join(work, 'root');
  mkdirSync(work, { recursive: true });
  await command('cp', ['-a', tree, root]);
  for (const path of LEFT_OUT) rmSync(join(root, path), { recursive: true, force: true });
  for (const name of MERGED) {
    await command('cp', ['-a', `${join(root, name)}/.`, join(root, 'usr', name)]);
    rmSync(join(root, name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const path of ['boot', 'config', 'dev', 'proc', 'root', 'run', 'sys', 'tmp'])
    mkdirSync(join(root, path), { recursive: true });
  // /var is in memory; what packages have there is copied into it at each start.
  renameSync(join(root, 'var'), join(root, 'usr/share/var'));
  mkdirSync(join(root, 'var'));
  for (const name of ['init', 'modprobe']) {
    rmSync(join(root, 'usr/sbin', name), { force: true });
    symlinkSync('../bin/busybox', join(root, 'usr/sbin', name));
  }
  for (const [name, target] of ALTERNATIVES) symlinkSync(target, join(root, 'usr/bin', name));
  cpSync(OVERLAY, root, { recursive: true });
  const heartbeat = ['ha.cf', 'haresources', 'authkeys'];
  for (const name of heartbeat) symlinkSync(`/config/${name}`, join(root, 'etc/ha.d', name));
  symlinkSync('/proc/self/mounts', join(root, 'etc/mtab'));

  const board = JSON.parse(readFileSync(join(BOARD, 'lab.json'), 'utf8')) as LabBoard;
  installKernel(parts, board, work, root);
  const slot = join(work, 'root.squashfs');
  const squash = ['-noappend', '-no-progress', '-quiet', ...UNCOMPRESSED];
  await command('mksquashfs', [root, slot, ...squash]);
  const settings = readBootSettings(BOARD);
  const loader = await debianGrub(work, settings);
  await assembleDisk(peerBoard(work), loader, slot, work, join(target, 'disk.img'));
  rmSync(work, { recursive: true });
}

/** The product's boot settings with the peers' partitions. */
function peerBoard(work: string): string {
  const folder = join(work, 'board');
  mkdirSync(folder);
  for (const name of ['grub.cfg', 'boot.json']) copyFileSync(join(BOARD, name), join(folder, name));
  for (const name of readdirSync(PEER_BOARD)) copyFileSync(join(PEER_BOARD, name), join(folder, name));
  chmodSync(folder, 0o755);
  return folder;
}

/**
 * Debian's ipvsadm for i386 on the boxes of the lab, which have none: packed with its libraries, fetched by the box over
 * the network, run from memory. Knows nothing of what it is asked.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../board/build/command';
import { debianBinary } from '../../board/build/debian';
import type { Box } from './box';
import { HOSTS } from './network';

const PORT = 8000;
const FOLDER = '/tmp/ipvsadm';
const LIBRARIES = /^(ld-linux|libc|libnl-3|libnl-genl-3|libpopt)\.so\.\d+$/;
const PACKAGES = ['ipvsadm', 'libnl-3-200', 'libnl-genl-3-200', 'libpopt0', 'libc6'];

/** @returns a tar file, which is the caller's to remove with `remove` */
export async function packIpvsadm(): Promise<{ readonly file: string; readonly remove: () => void }> {
  const work = mkdtempSync(join(tmpdir(), 'understudy-ipvsadm-'));
  const root = join(work, 'root');
  mkdirSync(root);
  for (const name of PACKAGES) {
    const folder = await debianBinary(name, 'i386');
    const found = ['sbin', 'lib', 'lib/i386-linux-gnu', 'usr/lib/i386-linux-gnu'].flatMap((place) =>
      filesIn(join(folder, place)),
    );
    for (const file of found) {
      const base = file.split('/').at(-1)!;
      // Names of links are what programs ask for: what they lead to is copied under that name.
      if (base === 'ipvsadm' || LIBRARIES.test(base)) await command('cp', ['-L', file, join(root, base)]);
    }
  }
  const file = join(work, 'ipvsadm.tar');
  await command('tar', ['-cf', file, '-C', root, '.']);
  return { file, remove: () => rmSync(work, { recursive: true }) };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The box fetches what `Bench.serveFile` gives. */
export async function installIpvsadm(box: Box): Promise<void> {
  const from = `http://${HOSTS.rs1.address.split('/')[0]}:${PORT}/`;
  await box.shell(`mkdir -p ${FOLDER}; wget -q -O - ${from} | tar x -C ${FOLDER}; ls ${FOLDER}`);
}

/** What it prints, line by line. */
export async function ipvsadm(box: Box, args: string): Promise<string[]> {
  const loader = `${FOLDER}/ld-linux.so.2 --library-path ${FOLDER} ${FOLDER}/ipvsadm`;
  // Through a file, for the supervisor may log to the console in between.
  const said = await box.shell(`${loader} ${args} >/tmp/said 2>&1; cat /tmp/said`);
  return said.split('\n').map((line) => line.trim());
}

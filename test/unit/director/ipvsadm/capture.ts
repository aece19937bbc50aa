/**
 * What Debian's ipvsadm says to the kernel, caught on its way (record.c): no kernel with IPVS and no root is needed.
 * Compiles the catcher, finds the program, runs it. Knows nothing of what the bytes mean.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianBinary } from '../../../../board/build/debian';

/** One message: command, and the bytes behind the generic netlink header in hexadecimal digits. */
export type Sent = readonly [command: number, hex: string];

export interface Catcher {
  /** The messages of one call, without the question for the kernel's version that each begins with. @param input its stdin */
  run(args: string, input?: string): readonly Sent[];
  remove(): void;
}

interface Program {
  readonly path: string;
  readonly libraries: string;
}

const INSTALLED = ['/sbin/ipvsadm', '/usr/sbin/ipvsadm'];
const LIBRARIES = ['libnl-3-200', 'libnl-genl-3-200', 'libpopt0'];
const GET_INFO = 15;

/** @returns null where ipvsadm is neither installed nor to be had from a mirror of Debian */
export async function openCatcher(): Promise<Catcher | null> {
  const program = await findProgram();
  if (program === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'understudy-ipvsadm-'));
  const library = join(folder, 'record.so');
  const source = fileURLToPath(new URL('record.c', import.meta.url));
  execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, source]);
  return {
    run: (args, input = '') => {
      const record = join(folder, 'record');
      rmSync(record, { force: true });
      const env = { RECORD: record, LD_PRELOAD: library, LD_LIBRARY_PATH: program.libraries };
      const words = args.split(' ').filter((word) => word !== '');
      const { error } = spawnSync(program.path, words, { env, encoding: 'utf8', input });
      if (error !== undefined) throw error;
      return readFileSync(record, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line): Sent => [Number(line.split(' ')[0]), line.split(' ')[1] ?? ''])
        .filter(([command]) => command !== GET_INFO);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

async function findProgram(): Promise<Program | null> {
  const path = INSTALLED.find((file) => existsSync(file));
  if (path !== undefined) return { path, libraries: '' };
  if (process.arch !== 'x64') return null;
  try {
    const program = await debianBinary('ipvsadm', 'amd64');
    const folders: string[] = [];
    for (const name of LIBRARIES)
      for (const place of ['lib', 'usr/lib'])
        folders.push(join(await debianBinary(name, 'amd64'), place, 'x86_64-linux-gnu'));
    return { path: join(program, 'sbin/ipvsadm'), libraries: folders.join(':') };
  } catch {
    return null;
  }
}

/**
 * The build's cache outside the repository: a folder that is either whole or absent, made by one process at a
 * time, and found again by the content of what it was made from. Safe to delete at any time between builds. It
 * never holds anything that cannot be made again.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** A build that was not used for this long is removed when a newer one is made. */
const UNUSED_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Characters of the hash in a folder's name: 64 bits are plenty to tell builds apart. */
const KEY_LENGTH = 16;

/** A folder in the cache, created if need be: `$XDG_CACHE_HOME/understudy/...`, or under `~/.cache`. */
export function cacheFolder(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'understudy', ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Runs `work` while no other process holds `file` (flock(1)). The kernel frees the lock when this process ends,
 * however it ends, so there is no stale lock to clean up.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => holder.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.on('error', () => reject(new Error('flock cannot be run: install the package util-linux.')));
    holder.on('close', () => reject(new Error(`The lock ${file} cannot be taken.`)));
  });
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

/**
 * Makes `folder` once: `make` fills a temporary folder, which takes its name only when `make` is done. An aborted
 * attempt leaves nothing that a later one would use.
 */
export async function makeOnce(folder: string, make: (folder: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return folder;
    // Under the lock a partial folder can only be what an aborted attempt left.
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const startMs = Date.now();
    await make(partial);
    renameSync(partial, folder);
    // On stderr, which no caller reads: a first run takes minutes, and people want to see that it moves.
    console.error(
      `  ${((Date.now() - startMs) / 1000).toFixed(1).padStart(5)} s  made ${relative(cacheFolder(), folder)}`,
    );
    return folder;
  });
}

/**
 * The result folder of a build that depends on nothing but `inputs`: made by `build` when these inputs are seen
 * for the first time, found again afterwards.
 * @param name what is built; older results of the same name are removed after two weeks without use
 * @param inputs everything that the result depends on: texts, file contents (see `treeInputs`), versions
 */
export async function buildOnce(
  name: string,
  inputs: readonly (string | Uint8Array)[],
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const parent = cacheFolder('built', name);
  const folder = join(parent, contentHash(inputs).slice(0, KEY_LENGTH));
  const isNew = !existsSync(folder);
  await makeOnce(folder, build);
  const now = new Date();
  utimesSync(folder, now, now);
  if (isNew) removeUnused(parent, now.getTime() - UNUSED_DAYS * DAY_MS);
  return folder;
}

/** SHA-256 of a list of texts and byte strings; where one ends and the next begins counts. */
export function contentHash(items: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const item of items) {
    const bytes = typeof item === 'string' ? Buffer.from(item) : item;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}

/** Names, modes and contents of all files under `path` (or of that one file), in a fixed order, as build inputs. */
export function treeInputs(path: string): (string | Uint8Array)[] {
  const inputs: (string | Uint8Array)[] = [];
  const visit = (at: string, name: string): void => {
    const info = statSync(at);
    if (info.isDirectory()) {
      for (const entry of readdirSync(at).sort()) visit(join(at, entry), `${name}/${entry}`);
    } else {
      inputs.push(`${name} ${(info.mode & 0o777).toString(8)}`, readFileSync(at));
    }
  };
  visit(path, '');
  return inputs;
}

function removeUnused(parent: string, beforeMs: number): void {
  for (const entry of readdirSync(parent)) {
    const path = join(parent, entry);
    if (statSync(path).mtimeMs < beforeMs) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Where Buildroot comes from: the folder that BUILDROOT names, or the pinned release, downloaded once and verified.
 * Never changes a tree that somebody else owns.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, makeOnce } from '../build/cache';
import { command } from '../build/command';

/** The release that the external tree is written for. */
export const RELEASE = '2026.02.3';
const ARCHIVE = `buildroot-${RELEASE}.tar.xz`;
const ARCHIVE_URL = `https://buildroot.org/downloads/${ARCHIVE}`;
/** From the signed list of hashes beside the archive (`.tar.xz.sign`). */
const ARCHIVE_SHA256 = '5a59e7501b0b4ec52c41f4bfa79412320e0b37eae5f719605a258e8d0c6fc7fb';
/** `BR2_VERSION_EPOCH` of the release: the date of every file in the root, seconds. */
export const RELEASE_EPOCH = 1781643700;
const DOWNLOAD_TIMEOUT_MS = 10 * 60 * 1000;

/**
 * The folder of a Buildroot tree of the pinned release.
 * @param named what BUILDROOT holds; `undefined` to download
 * @throws one sentence where that is no such tree, or nothing can be downloaded
 */
export async function buildrootTree(named: string | undefined): Promise<string> {
  if (named !== undefined && named !== '') {
    const version = treeVersion(named);
    if (version === RELEASE) return named;
    throw new Error(
      version === null
        ? `BUILDROOT=${named} is no Buildroot tree: it has no Makefile with a BR2_VERSION.`
        : `BUILDROOT=${named} is Buildroot ${version}, but the image is made with ${RELEASE}.`,
    );
  }
  return makeOnce(join(cacheFolder('buildroot'), `release-${RELEASE}`), async (folder) => {
    const archive = join(cacheFolder('buildroot'), ARCHIVE);
    writeFileSync(archive, verify(await download(ARCHIVE_URL)));
    await command('tar', ['-xf', archive, '--strip-components=1', '--no-same-owner', '-C', folder]);
  });
}

/** Version of a Buildroot tree; `null` for any other folder. */
export function treeVersion(folder: string): string | null {
  const makefile = join(folder, 'Makefile');
  if (!existsSync(makefile)) return null;
  return /^export BR2_VERSION := (\S+)$/m.exec(readFileSync(makefile, 'utf8'))?.[1] ?? null;
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(
      `Buildroot ${RELEASE} is neither here nor to be had from ${new URL(url).host} ` +
        `(${cause instanceof Error ? cause.message : String(cause)}): unpack it somewhere and run ` +
        `"BUILDROOT=<folder> npm run image".`,
    );
  }
}

/** @throws one sentence where the archive is not the pinned one */
function verify(archive: Buffer): Buffer {
  const found = createHash('sha256').update(archive).digest('hex');
  if (found === ARCHIVE_SHA256) return archive;
  throw new Error(`${ARCHIVE_URL} has SHA-256 ${found}, but ${ARCHIVE_SHA256} is right: it is not used.`);
}

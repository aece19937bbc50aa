/**
 * A folder as a cpio archive in the `newc` form, which the kernel takes as its initial RAM disk
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root and has no date, so the
 * same folder gives the same bytes.
 */

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';

export function cpioArchive(folder: string): Buffer {
  const pieces: Buffer[] = [];
  let inode = 0;

  const add = (name: string, mode: number, content: Uint8Array): void => {
    inode += 1;
    const nameBytes = Buffer.from(`${name}\0`);
    // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
    const numbers = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, nameBytes.length, 0];
    const header = MAGIC + numbers.map((value) => value.toString(16).padStart(8, '0')).join('');
    pieces.push(aligned(Buffer.concat([Buffer.from(header), nameBytes])), aligned(Buffer.from(content)));
  };

  const visit = (path: string, name: string): void => {
    const info = lstatSync(path);
    if (info.isSymbolicLink()) add(name, info.mode, Buffer.from(readlinkSync(path)));
    else if (info.isFile()) add(name, info.mode, readFileSync(path));
    else if (info.isDirectory()) {
      add(name, info.mode, Buffer.alloc(0));
      for (const entry of readdirSync(path).sort()) visit(join(path, entry), `${name}/${entry}`);
    } else throw new Error(`${path} is no file, folder or link; an initial RAM disk cannot hold it.`);
  };

  for (const entry of readdirSync(folder).sort()) visit(join(folder, entry), entry);
  add(TRAILER, 0, Buffer.alloc(0));
  return Buffer.concat(pieces);
}

/** Header and content each end on a multiple of four bytes. */
function aligned(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/**
 * A disk of which nobody may rely on more than it promises: a power cut at any step, or within a write, loses what was
 * not synced, keeps any part of it, or tears it at any sector, in any order. Also refuses, from a given step on. Knows
 * nothing of what is in a file.
 */

import { createHash } from 'node:crypto';
import { type Disk, folderOf } from '../../../src/host/disk';
import type { Result } from '../../../src/host/host';

export const SECTOR_BYTES = 512;
const DONE: Result<null> = { ok: true, value: null };

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Whole numbers from 0 up to, and without, `below`. */
export type Random = (below: number) => number;

/** The power went. */
export class PowerCut extends Error {}

/** What a file's name stands for. `cached` is what programs read, `lasting` what is on the medium. */
interface Inode {
  lasting: Uint8Array;
  cached: Uint8Array;
}

/** A name that has come, gone or changed, not yet lasting. */
interface Change {
  readonly path: string;
  readonly inode: Inode | 'folder' | null;
}

type Names = Map<string, Inode | 'folder'>;

export class CutDisk implements Disk {
  /** Steps done so far; a write has two. */
  steps = 0;
  /** The power goes when this many steps are done. */
  cutAt = Number.POSITIVE_INFINITY;
  /** Steps of these numbers are refused. */
  refuses: (step: number) => boolean = () => false;
  private lasting: Names = new Map([['/config', 'folder']]);
  private names: Names = new Map(this.lasting);
  private changes: Change[] = [];

  read(path: string): Result<string | null> {
    const inode = this.names.get(path);
    if (inode === 'folder') return refused(path);
    if (inode === undefined) return { ok: true, value: null };
    return { ok: true, value: Buffer.from(inode.cached).toString('utf8') };
  }

  write(path: string, text: string): Result<null> {
    if (this.names.get(folderOf(path)) !== 'folder' || this.names.get(path) === 'folder')
      return refused(path);
    const found = this.names.get(path);
    const inode =
      found === undefined || found === 'folder' ? { lasting: bytes(''), cached: bytes('') } : found;
    if (!this.step()) return refused(path);
    if (found !== inode) this.change({ path, inode });
    inode.cached = bytes(text);
    if (!this.step()) return refused(path);
    inode.lasting = inode.cached;
    return DONE;
  }

  rename(from: string, to: string): Result<null> {
    const inode = this.names.get(from);
    if (inode === undefined || inode === 'folder' || !this.step()) return refused(from);
    this.change({ path: to, inode });
    this.change({ path: from, inode: null });
    return DONE;
  }

  makeFolder(path: string): Result<null> {
    if (this.names.get(path) === 'folder') return DONE;
    if (!this.step()) return refused(path);
    this.change({ path, inode: 'folder' });
    return DONE;
  }

  remove(path: string): Result<null> {
    if (!this.names.has(path)) return DONE;
    if (!this.step()) return refused(path);
    this.change({ path, inode: null });
    return DONE;
  }

  syncFolder(path: string): Result<null> {
    if (this.names.get(path) !== 'folder' || !this.step()) return refused(path);
    const isHere = (change: Change): boolean => folderOf(change.path) === path;
    for (const change of this.changes.filter(isHere)) put(this.lasting, change);
    this.changes = this.changes.filter((change) => !isHere(change));
    return DONE;
  }

  /** The power goes, and comes back: what was not synced is there, or not, or in part. */
  restart(random: Random): void {
    for (const change of this.changes) if (random(2) === 0) put(this.lasting, change);
    this.names = new Map(this.lasting);
    // Files in a folder whose own name was lost are lost with it.
    for (const path of [...this.names.keys()])
      if (path !== '/config' && this.names.get(folderOf(path)) !== 'folder') this.names.delete(path);
    this.lasting = new Map(this.names);
    this.changes = [];
    for (const inode of this.names.values()) {
      if (inode === 'folder') continue;
      inode.cached = inode.cached === inode.lasting ? inode.lasting : torn(inode, random);
      inode.lasting = inode.cached;
    }
    this.cutAt = Number.POSITIVE_INFINITY;
    this.refuses = () => false;
  }

  /** The medium changes what it holds. */
  spoil(path: string, spoilt: (content: Uint8Array) => Uint8Array): void {
    const inode = this.names.get(path);
    if (inode === undefined || inode === 'folder') throw new Error(`there is no file ${path}`);
    inode.cached = spoilt(inode.cached);
    inode.lasting = inode.cached;
  }

  get files(): readonly string[] {
    return [...this.names].filter(([, inode]) => inode !== 'folder').map(([path]) => path);
  }

  private step(): boolean {
    if (this.steps >= this.cutAt) throw new PowerCut();
    this.steps += 1;
    return !this.refuses(this.steps - 1);
  }

  private change(change: Change): void {
    put(this.names, change);
    this.changes.push(change);
  }
}

function put(names: Names, { path, inode }: Change): void {
  if (inode === null) names.delete(path);
  else names.set(path, inode);
}

/** Each sector old, new, or never written; the length of either, or up to any sector. */
function torn({ lasting, cached }: Inode, random: Random): Uint8Array {
  const sectors = Math.ceil(Math.max(lasting.length, cached.length) / SECTOR_BYTES);
  const lengths = [lasting.length, cached.length, random(sectors + 1) * SECTOR_BYTES];
  const result = new Uint8Array(lengths[random(3)]!);
  for (let at = 0; at < result.length; at += SECTOR_BYTES) {
    const source = [lasting, cached, bytes('')][random(3)]!;
    result.set(source.subarray(at, Math.min(at + SECTOR_BYTES, result.length)), at);
  }
  return result;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function refused(path: string): Result<null> & { readonly ok: false } {
  return { ok: false, error: `cannot write ${path}: input/output error (EIO)` };
}

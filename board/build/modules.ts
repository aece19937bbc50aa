/**
 * Kernel modules of an unpacked Debian kernel: finds what a list of them needs and in which order they load, from
 * the modules' own `depends=` lines, and copies just these. Loads nothing.
 */

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Module names with `_` for `-`, as the kernel sees them, to their files. */
export type ModuleFiles = ReadonlyMap<string, string>;

/** All modules below `lib/modules/VERSION` of a kernel package. */
export function findModules(modulesFolder: string): ModuleFiles {
  const files = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith('.ko')) files.set(canonical(entry.name.slice(0, -3)), path);
    }
  };
  visit(modulesFolder);
  return files;
}

/**
 * The wanted modules and everything they depend on, each after what it needs.
 * @throws one sentence for a module that the kernel does not have
 */
export function loadOrder(files: ModuleFiles, wanted: readonly string[]): string[] {
  const order: string[] = [];
  const visit = (name: string, neededBy: string): void => {
    if (order.includes(name)) return;
    const file = files.get(name);
    if (file === undefined) throw new Error(`The kernel has no module "${name}", which ${neededBy} needs.`);
    for (const dependency of dependencies(readFileSync(file))) visit(dependency, `module ${name}`);
    order.push(name);
  };
  for (const name of wanted) visit(canonical(name), 'board/lab.json');
  return order;
}

/** Copies the modules as NAME.ko into `target`, with the file `order` that the boot scripts read. */
export function installModules(files: ModuleFiles, order: readonly string[], target: string): void {
  mkdirSync(target, { recursive: true });
  for (const name of order) copyFileSync(files.get(name)!, join(target, `${name}.ko`));
  writeFileSync(join(target, 'order'), order.map((name) => `${name}\n`).join(''));
}

/** Names in the `depends=` entry of a module's .modinfo section: entries of `key=value`, each ended by a NUL. */
function dependencies(module: Buffer): string[] {
  const start = module.indexOf('\0depends=');
  if (start < 0) return [];
  const from = start + '\0depends='.length;
  const list = module.toString('latin1', from, module.indexOf(0, from));
  return list
    .split(',')
    .filter((name) => name !== '')
    .map(canonical);
}

function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

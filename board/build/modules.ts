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

/** Copies the modules as NAME.ko into `target`, with the file `order` for a script that has only insmod. */
export function installModules(files: ModuleFiles, order: readonly string[], target: string): void {
  mkdirSync(target, { recursive: true });
  for (const name of order) copyFileSync(files.get(name)!, join(target, `${name}.ko`));
  writeFileSync(join(target, 'order'), lines(order));
}

/**
 * Copies the modules into `target`, with what modprobe reads there: modules.dep and modules.alias, as depmod(8)
 * writes them.
 */
export function installForModprobe(files: ModuleFiles, names: readonly string[], target: string): void {
  mkdirSync(target, { recursive: true });
  const [needs, aliases]: [string[], string[]] = [[], []];
  for (const name of names) {
    const file = files.get(name)!;
    copyFileSync(file, join(target, `${name}.ko`));
    // What is needed first stands last.
    const needed = loadOrder(files, [name]).slice(0, -1).reverse();
    needs.push(`${name}.ko:${needed.map((other) => ` ${other}.ko`).join('')}`);
    aliases.push(...entries(readFileSync(file), 'alias').map((alias) => `alias ${alias} ${name}`));
  }
  writeFileSync(join(target, 'modules.dep'), lines(needs));
  writeFileSync(join(target, 'modules.alias'), lines(aliases));
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}

function dependencies(module: Buffer): string[] {
  const lists = entries(module, 'depends').flatMap((list) => list.split(','));
  return lists.filter((name) => name !== '').map(canonical);
}

/** Values of a key in a module's .modinfo section: entries of `key=value`, each between NULs. */
function entries(module: Buffer, key: string): string[] {
  const mark = Buffer.from(`\0${key}=`);
  const values: string[] = [];
  for (let at = module.indexOf(mark); at >= 0; at = module.indexOf(mark, at + 1)) {
    const from = at + mark.length;
    values.push(module.toString('latin1', from, module.indexOf(0, from)));
  }
  return values;
}

function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

/**
 * Debian packages as raw material: downloaded by apt with a private configuration (own lists and state in the
 * cache, checked signatures) and unpacked, never installed. Mirror and keyring are those of this machine's own
 * apt sources, read at run time. Never changes the machine's apt state and names no host.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder, contentHash, makeOnce, withLock } from './cache';
import { CommandError, command } from './command';
import { pickArchive } from './sources';

export type Architecture = 'i386' | 'amd64';

/** Package lists are read again after this time, or when the mirror no longer has what they say. */
const LISTS_DAYS = 1;
const DAY_MS = 24 * 60 * 60 * 1000;
const SUITE = 'bookworm';

/**
 * Downloads and unpacks the newest version of a binary package.
 * @returns a folder with the package's files, e.g. `usr/bin/...` below it; its name holds the version
 * @throws one sentence where there is no mirror, no such package, or the download fails
 */
export async function debianBinary(name: string, arch: Architecture, suite = SUITE): Promise<string> {
  const apt = privateApt(suite, arch);
  return apt.locked(async () => {
    const file = (await apt.files(['download', name], name)).find((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new Error(`Debian's package ${name} (${arch}, ${suite}) has no file.`);
    return makeOnce(join(cacheFolder('debian', suite), basename(file, '.deb')), async (folder) => {
      await apt.download(['download', name], name, `${folder}.download`, async (downloads) => {
        await command('dpkg-deb', ['-x', onlyFile(downloads, '.deb'), folder]);
      });
    });
  });
}

/**
 * Downloads and unpacks the upstream source of a package.
 * @param version the upstream version that is wanted, e.g. `2025.04.26`; no other is taken
 * @returns the folder in which the source lies (the tarball's own top folder is left out)
 */
export async function debianSource(name: string, version: string, suite: string): Promise<string> {
  const folder = join(cacheFolder('debian', 'source'), `${name}_${version}`);
  if (existsSync(folder)) return folder;
  const apt = privateApt(suite, 'source');
  const args = ['source', '--download-only', '--tar-only', name];
  return apt.locked(async () => {
    const file = (await apt.files(args, name))[0] ?? 'nothing';
    if (!file.startsWith(`${name}_${version}.orig.tar.`)) {
      throw new Error(`Debian ${suite} has ${file}, but ${name} ${version} is wanted.`);
    }
    return makeOnce(folder, (partial) =>
      apt.download(args, name, `${partial}.download`, async (downloads) => {
        const tarball = onlyFile(downloads, '');
        await command('tar', ['-xf', tarball, '--strip-components=1', '--no-same-owner', '-C', partial]);
      }),
    );
  });
}

/** The packages that a binary package depends on: names only, the first of alternatives. */
export async function debianDepends(name: string, arch: Architecture, suite = SUITE): Promise<string[]> {
  const apt = privateApt(suite, arch);
  return apt.locked(async () => {
    const text = await apt.ask('apt-cache', ['show', '--no-all-versions', name], name);
    const fields = /^(?:Pre-)?Depends: (.*)$/gm;
    const entries = [...text.matchAll(fields)].flatMap((match) => match[1]!.split(','));
    return entries.map((entry) => entry.trim().split(/[\s:(|]/)[0]!).filter((entry) => entry !== '');
  });
}

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** What dpkg says that it takes on a disk. */
  readonly installedKib: number;
}

/**
 * Everything that apt would install for these on an empty machine, without what is only recommended.
 * @param wanted names of packages, or apt-patterns(7) such as `?essential`
 */
export async function debianClosure(
  wanted: readonly string[],
  arch: Architecture,
  suite = SUITE,
): Promise<DebianPackage[]> {
  const apt = privateApt(suite, arch);
  return apt.locked(async () => {
    const files = await apt.files(['install', '--no-install-recommends', ...wanted], wanted.join(' '));
    const names = files.map((file) => file.split('_')[0]!);
    const text = await apt.ask('apt-cache', ['show', '--no-all-versions', ...names], wanted.join(' '));
    return text
      .split('\n\n')
      .filter((entry) => entry.trim() !== '')
      .map((entry) => {
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1] ?? '';
        return {
          name: field('Package'),
          version: field('Version'),
          installedKib: Number(field('Installed-Size')),
        };
      });
  });
}

/**
 * Downloads these packages and unpacks them into one folder, over each other; what they need is not added.
 * @returns the folder; its name changes with the packages' versions
 */
export async function debianTree(
  packages: readonly DebianPackage[],
  arch: Architecture,
  suite = SUITE,
): Promise<string> {
  const apt = privateApt(suite, arch);
  const names = packages.map(({ name }) => name);
  const key = contentHash(packages.map(({ name, version }) => `${name} ${version}`)).slice(0, 16);
  return apt.locked(() =>
    makeOnce(join(cacheFolder('debian', suite), `tree-${key}`), async (folder) => {
      await apt.download(
        ['download', ...names],
        `set of ${names.length}`,
        `${folder}.download`,
        async (from) => {
          for (const file of readdirSync(from)) await command('dpkg-deb', ['-x', join(from, file), folder]);
        },
      );
    }),
  );
}

interface PrivateApt {
  /** Runs `work` with up-to-date lists while no other process uses this configuration. */
  locked<T>(work: () => Promise<T>): Promise<T>;
  /** Output of an apt program about `name`. */
  ask(program: 'apt-get' | 'apt-cache', args: readonly string[], name: string): Promise<string>;
  /** Names of the files that `apt-get ARGS` would download. */
  files(args: readonly string[], name: string): Promise<string[]>;
  /** Downloads into a folder that exists only while `use` runs. */
  download(
    args: readonly string[],
    name: string,
    folder: string,
    use: (folder: string) => Promise<void>,
  ): Promise<void>;
}

function privateApt(suite: string, arch: Architecture | 'source'): PrivateApt {
  const home = cacheFolder('apt', `${suite}-${arch}`);
  const config = join(home, 'apt.conf');
  const updated = join(home, 'updated');
  const archive = pickArchive(machineSources(), machineSuite());
  // A mirror's password has no business in a message.
  const mirror = archive.uri.replace(/\/\/[^/@]*@/, '//');
  const signedBy = archive.signedBy === null ? '' : `signed-by=${archive.signedBy} `;
  const line =
    arch === 'source'
      ? `deb-src [${signedBy}] ${archive.uri} ${suite} main`
      : `deb [${signedBy}arch=${arch}] ${archive.uri} ${suite} main`;

  function configure(): void {
    for (const folder of ['lists/partial', 'archives/partial', 'state']) {
      mkdirSync(join(home, folder), { recursive: true });
    }
    const native = arch === 'source' ? 'amd64' : arch;
    const settings = [
      `Dir::State "${home}/state";`,
      `Dir::State::lists "${home}/lists";`,
      `Dir::State::status "${home}/state/status";`,
      `Dir::Cache "${home}";`,
      `Dir::Etc::sourcelist "${home}/sources.list";`,
      `Dir::Etc::sourceparts "-";`,
      `Dir::Etc::preferences "-";`,
      `Dir::Etc::preferencesparts "-";`,
      `#clear APT::Update;`,
      `#clear APT::Architectures;`,
      `APT::Architecture "${native}";`,
      `APT::Architectures {"${native}";};`,
      // The cache may lie in a home folder that apt's own user cannot enter.
      `APT::Sandbox::User "";`,
      `Acquire::Languages "none";`,
      `Acquire::Retries "3";`,
    ];
    writeFileSync(join(home, 'state/status'), '');
    writeFileSync(config, `${settings.join('\n')}\n`);
    const sources = join(home, 'sources.list');
    if (existsSync(sources) && readFileSync(sources, 'utf8') === `${line}\n`) return;
    rmSync(updated, { force: true });
    writeFileSync(sources, `${line}\n`);
  }

  async function refresh(): Promise<void> {
    try {
      await command('apt-get', ['-c', config, '-qq', '--error-on=any', 'update']);
      writeFileSync(updated, '');
    } catch (error) {
      throw new Error(`Debian's package lists of ${suite} cannot be read from ${mirror}: ${reason(error)}`);
    }
  }

  async function refreshIfOld(): Promise<void> {
    const at = existsSync(updated) ? statSync(updated).mtimeMs : null;
    if (at !== null && Date.now() - at < LISTS_DAYS * DAY_MS) return;
    try {
      await refresh();
    } catch (error) {
      // Yesterday's lists still serve a machine that is off the network today.
      if (at === null) throw error;
    }
  }

  const apt: PrivateApt = {
    locked: (work) =>
      withLock(join(home, 'lock'), async () => {
        configure();
        await refreshIfOld();
        return work();
      }),
    ask: async (program, args, name) => {
      try {
        return await command(program, ['-c', config, '-qq', ...args]);
      } catch (error) {
        if (error instanceof CommandError && /Unable to (locate|find)|No packages found/.test(error.stderr)) {
          throw new Error(`Debian ${suite} (${arch}) has no package named ${name}.`);
        }
        throw new Error(`Debian's package ${name} cannot be had from ${mirror}: ${reason(error)}`);
      }
    },
    files: async (args, name) => {
      const text = await apt.ask('apt-get', ['--print-uris', ...args], name);
      return [...text.matchAll(/^'[^']*' (\S+) \d+/gm)].map((match) => match[1]!);
    },
    download: async (args, name, folder, use) => {
      const fetch = async (): Promise<void> => {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        await command('apt-get', ['-c', config, '-qq', ...args], { cwd: folder });
      };
      try {
        await fetch().catch(async () => {
          // The mirror may have replaced the version that our lists name.
          await refresh();
          await fetch();
        });
        await use(folder);
      } catch (error) {
        throw new Error(`Debian's package ${name} cannot be had from ${mirror}: ${reason(error)}`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  return apt;
}

function machineSources(): { path: string; text: string }[] {
  const parts = '/etc/apt/sources.list.d';
  const paths = existsSync(parts)
    ? readdirSync(parts)
        .sort()
        .map((name) => join(parts, name))
    : [];
  return ['/etc/apt/sources.list', ...paths]
    .filter((path) => /\.(list|sources)$/.test(path) && existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** Code name of the Debian that runs here, e.g. `bookworm`; empty where it is not told. */
function machineSuite(): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME="?([a-z]+)/m.exec(release)?.[1] ?? '';
}

function onlyFile(folder: string, suffix: string): string {
  const name = readdirSync(folder).find((entry) => entry.endsWith(suffix));
  if (name === undefined) throw new Error(`apt-get left no file ${suffix} in ${folder}.`);
  return join(folder, name);
}

/** The first line with which apt complains, without its `E: `. */
function reason(error: unknown): string {
  if (error instanceof CommandError) {
    const line = /^[EW]: (.*)$/m.exec(error.stderr);
    if (line) return line[1]!;
  }
  return error instanceof Error ? error.message : String(error);
}

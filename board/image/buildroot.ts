/**
 * One run of Buildroot, outside its tree: configured from the external tree, with the bytecode handed over. Knows
 * which parts of an earlier run can be kept; what the image holds is the external tree's business.
 */

import { spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  type WriteStream,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentHash, treeInputs } from '../build/cache';
import { RELEASE_EPOCH } from './release';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const EXTERNAL = join(ROOT, 'buildroot-ext');
const DEFCONFIG = 'understudy_pentium_defconfig';
/** Lines of a failed build that are shown. */
const TOLD_LINES = 20;
/** Buildroot's headings, e.g. `>>> busybox 1.37.0 Building`. */
const HEADING = />>> (\S+ \S+ [A-Za-z ]+)/;

/** Configurations whose change Buildroot does not see: package -> files. */
const WATCHED = {
  linux: ['board/kernel'],
  busybox: ['board/busybox.config'],
  understudy: ['src/runtime', 'buildroot-ext/package/understudy'],
  'understudy-quickjs': ['buildroot-ext/package/understudy-quickjs'],
} as const;

export interface BuildrootOptions {
  /** Buildroot's tree; nothing is written there. */
  readonly tree: string;
  /** Where it builds; kept for the next time. */
  readonly output: string;
  /** Folder with `understudy.usb`, `console.usb` and `panel.usb`. */
  readonly bytecode: string;
  /** Compilers at a time; 0 for as many as there are processors. */
  readonly jobs: number;
  readonly logFile: string;
  /** Told what is being built. */
  readonly onStep: (step: string) => void;
}

export interface Buildroot {
  /** Builds all; the results are in `OUTPUT/images`. */
  build(): Promise<void>;
  /** What `make show-info` tells about the packages. */
  info(): Promise<unknown>;
  /** Gathers the licences of these packages in `OUTPUT/legal-info`, and their sources beside them. */
  legalInfo(names: readonly string[]): Promise<void>;
}

export function buildroot(options: BuildrootOptions): Buildroot {
  const { tree, output, bytecode, jobs, logFile, onStep } = options;
  mkdirSync(output, { recursive: true });
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const variables = [`O=${output}`, `BR2_EXTERNAL=${EXTERNAL}`, `UNDERSTUDY_BYTECODE=${bytecode}`];
  const run = (...targets: string[]): Promise<string> =>
    make([...(jobs > 0 ? [`BR2_JLEVEL=${jobs}`] : []), ...variables, ...targets], tree, log, onStep);

  return {
    build: async () => {
      await run(DEFCONFIG);
      const stale = staleParts(output);
      if (stale.length > 0) await run(...stale.map((name) => `${name}-dirclean`));
      rememberParts(output);
      emptyTarget(output);
      await run('all');
    },
    info: async () => {
      const text = await run('--no-print-directory', '-s', 'show-info');
      return JSON.parse(text.slice(text.indexOf('{')));
    },
    legalInfo: async (names) => {
      await run('legal-info-clean', 'legal-info-prepare', ...names.map((name) => `${name}-legal-info`));
    },
  };
}

/** Packages whose configuration is not what they were built from. */
function staleParts(output: string): string[] {
  const built = buildFolders(output);
  return Object.entries(WATCHED)
    .filter(([name]) => built.some((folder) => new RegExp(`^${name}-[0-9]`).test(folder)))
    .filter(([name, paths]) => {
      const file = join(output, `.${name}.inputs`);
      return !existsSync(file) || readFileSync(file, 'utf8') !== inputsHash(paths);
    })
    .map(([name]) => name);
}

function rememberParts(output: string): void {
  for (const [name, paths] of Object.entries(WATCHED))
    writeFileSync(join(output, `.${name}.inputs`), inputsHash(paths));
}

function inputsHash(paths: readonly string[]): string {
  return contentHash(paths.flatMap((path) => treeInputs(join(ROOT, path))));
}

/**
 * Lets every package install itself again into an empty root, as Buildroot's manual has it: what an earlier version
 * of the overlay left there must not stay.
 */
function emptyTarget(output: string): void {
  rmSync(join(output, 'target'), { recursive: true, force: true });
  for (const folder of buildFolders(output)) {
    const stamps = folder.startsWith('host-gcc-final-')
      ? ['host_installed']
      : ['target_installed', 'images_installed'];
    for (const stamp of stamps) rmSync(join(output, 'build', folder, `.stamp_${stamp}`), { force: true });
  }
}

/** One for each package that was built, named like `busybox-1.37.0`. */
function buildFolders(output: string): string[] {
  const folder = join(output, 'build');
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Runs make, everything into the log, and resolves to what it wrote to stdout. */
function make(
  args: readonly string[],
  tree: string,
  log: WriteStream,
  onStep: (step: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('make', args, {
      cwd: tree,
      env: {
        ...process.env,
        SOURCE_DATE_EPOCH: String(RELEASE_EPOCH),
        // tar's configure wants to be told that root may build it.
        ...(process.getuid?.() === 0 ? { FORCE_UNSAFE_CONFIGURE: '1' } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    const last: string[] = [];
    const read = (text: string): void => {
      log.write(text);
      for (const line of text.split('\n')) {
        const heading = HEADING.exec(line);
        if (heading) onStep(heading[1]!);
        if (line.trim() !== '') last.push(line);
      }
      last.splice(0, last.length - TOLD_LINES);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      read(text);
    });
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('error', (error) => reject(new Error(`make cannot be run: ${error.message}.`)));
    child.on('close', (status) => {
      if (status === 0) resolve(stdout);
      else
        reject(
          new Error(`Buildroot failed; its whole log is ${log.path}, and this its end:\n${last.join('\n')}`),
        );
    });
  });
}

/**
 * Builds the runner from `src/runtime` and Debian's sources of QuickJS and of musl's password hash: for the boxes
 * (`i586`, static, musl) and for this machine (`x64`, and `x64-asan` with address and undefined-behaviour sanitizers).
 * Needs gcc and binutils, and no 32-bit package: musl comes unpacked from Debian, the division helpers are our own.
 *
 *   npx tsx board/build/runner.ts [i586] [x64] [x64-asan]
 */

import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, treeInputs } from './cache';
import { command } from './command';
import { debianBinary, debianSource } from './debian';

export const runnerTargets = ['i586', 'x64', 'x64-asan'] as const;
export type RunnerTarget = (typeof runnerTargets)[number];

/** The version decides what bytecode looks like; the runner's header check names it. */
const QUICKJS_PACKAGE_VERSION = '2025.04.26';
const QUICKJS_SUITE = 'trixie';
const QUICKJS_FILES = ['quickjs.c', 'dtoa.c', 'libregexp.c', 'libunicode.c', 'cutils.c'];
/** Sources that are for one target only. */
const I586_FILES = ['div64.c', 'x87.c'];

/** Its hash of passwords: the C libraries here have none. The version of Debian's musl, which the boxes' runner has. */
const MUSL_VERSION = '1.2.3';
const MUSL_SUITE = 'bookworm';
const MUSL_FILES = ['src/crypt/crypt_sha512.c'];

const RUNTIME = fileURLToPath(new URL('../../src/runtime', import.meta.url));
/** gcc processes at a time. */
const COMPILE_JOBS = 2;

/** How one target is compiled and linked. */
interface Toolchain {
  readonly machine: string;
  /** For compiler and linker. */
  readonly flags: readonly string[];
  /** For the compiler alone. */
  readonly compile: readonly string[];
  /** The linker's arguments around the objects. */
  link(objects: readonly string[]): string[];
}

/**
 * Builds the runner for `target`, unless the same was built before.
 * @returns the program's path in the cache
 * @throws one sentence with the compiler's message
 */
export async function buildRunner(target: RunnerTarget): Promise<string> {
  const quickjs = await debianSource('quickjs', QUICKJS_PACKAGE_VERSION, QUICKJS_SUITE);
  const musl = await debianSource('musl', MUSL_VERSION, MUSL_SUITE);
  const version = readFileSync(join(quickjs, 'VERSION'), 'utf8').trim();
  const toolchain = await runnerToolchain(target);
  const common = [
    // Signed overflow wraps in QuickJS.
    '-fwrapv',
    '-D_GNU_SOURCE',
    `-DCONFIG_VERSION="${version}"`,
    `-DRUNNER_MACHINE="${toolchain.machine}"`,
    ...toolchain.flags,
    ...toolchain.compile,
  ];
  const inputs = [basename(quickjs), ...common, ...toolchain.link([]), await command('gcc', ['--version'])];
  // Apart from our own files, because it takes most of the time and never changes.
  const engine = await buildOnce(
    `quickjs-${target}`,
    [...inputs, ...QUICKJS_FLAGS, ...QUICKJS_FILES],
    (out) =>
      compile(
        QUICKJS_FILES.map((name) => join(quickjs, name)),
        [...common, ...QUICKJS_FLAGS],
        out,
      ),
  );
  const hash = await buildOnce(`crypt-${target}`, [basename(musl), ...inputs, ...MUSL_FILES], (out) =>
    compile(
      MUSL_FILES.map((name) => join(musl, name)),
      common,
      out,
    ),
  );
  const own = target === 'i586' ? OWN_FLAGS : [...OWN_FLAGS, COMPILES];
  const folder = await buildOnce(
    `runner-${target}`,
    [...inputs, basename(musl), ...own, ...treeInputs(RUNTIME)],
    async (out) => {
      const sources = readdirSync(RUNTIME)
        .filter((name) => name.endsWith('.c') && (target === 'i586' || !I586_FILES.includes(name)))
        .sort()
        .map((name) => join(RUNTIME, name));
      await compile(sources, [...common, '-isystem', quickjs, ...own], out);
      const objects = [
        ...QUICKJS_FILES.map((name) => objectPath(engine, name)),
        ...MUSL_FILES.map((name) => objectPath(hash, name)),
        ...sources.map((path) => objectPath(out, path)),
      ];
      await command('gcc', [...toolchain.flags, '-o', join(out, 'understudy'), ...toolchain.link(objects)]);
      for (const path of sources) rmSync(objectPath(out, path));
    },
  );
  return join(folder, 'understudy');
}

async function compile(sources: readonly string[], flags: readonly string[], out: string): Promise<void> {
  const waiting = [...sources];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await command('gcc', [...flags, '-c', next, '-o', objectPath(out, next)]);
    }
  };
  await Promise.all(Array.from({ length: COMPILE_JOBS }, worker));
}

function objectPath(folder: string, source: string): string {
  return join(folder, `${basename(source, '.c')}.o`);
}

const OWN_FLAGS = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter'];
/** For runners of this machine: they make bytecode. The boxes' have no compiler, which is a quarter of the program. */
const COMPILES = '-DRUNNER_COMPILES';
/** As QuickJS's own Makefile has it. */
const QUICKJS_FLAGS = ['-funsigned-char', '-w'];

/** How `target` is compiled; exported so that tests can build helpers for the same CPU. */
export async function runnerToolchain(target: RunnerTarget): Promise<Toolchain> {
  if (target === 'i586') return i586Toolchain();
  const sanitize = [
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
    '-fno-omit-frame-pointer',
    '-g',
  ];
  const isAsan = target === 'x64-asan';
  return {
    machine: 'x86_64',
    flags: isAsan ? sanitize : [],
    // Optimizing the sanitizers' checks takes gcc minutes, and gains the tests nothing.
    compile: isAsan ? ['-O1', '-DRUNNER_SANITIZE'] : ['-O2'],
    link: (objects) => [...objects, '-lm', '-lpthread', ...(isAsan ? [] : ['-s'])],
  };
}

/**
 * An eighth less of program, and no slower: it is locked in memory, and the cache of such a processor is small. As
 * understudy-quickjs.mk and understudy.mk have it.
 */
const SMALL = [
  ...['functions', 'jumps', 'loops', 'labels'].map((what) => `-falign-${what}=1`),
  '-fno-inline-small-functions',
  '-fno-inline-functions',
];

async function i586Toolchain(): Promise<Toolchain> {
  const musl = join(await debianBinary('musl-dev', 'i386'), 'usr');
  const library = join(musl, 'lib/i386-linux-musl');
  const x87 = readFileSync(join(RUNTIME, 'x87.c'), 'utf8');
  const wrapped = [...x87.matchAll(/^WRAP[12]\((\w+)\)/gm)].map((match) => match[1]!);
  // The compiler's own headers (stddef.h, stdarg.h) belong to no C library.
  const compilerHeaders = (await command('gcc', ['-print-file-name=include'])).trim();
  return {
    machine: 'i586',
    flags: [
      '-m32',
      '-march=i586',
      '-mtune=pentium2',
      '-mno-sse',
      '-mno-mmx',
      '-mfpmath=387',
      '-static',
      '-no-pie',
    ],
    compile: [
      '-O2',
      ...SMALL,
      '-fno-pie',
      // There is no libssp for this target, and the C library supplies no handler for i586.
      '-fno-stack-protector',
      '-fno-asynchronous-unwind-tables',
      '-ffunction-sections',
      '-fdata-sections',
      '-nostdinc',
      '-isystem',
      join(musl, 'include/i386-linux-musl'),
      '-isystem',
      compilerHeaders,
    ],
    link: (objects) => [
      '-nostdlib',
      '-Wl,--gc-sections',
      ...wrapped.map((name) => `-Wl,--wrap=${name}`),
      '-s',
      join(library, 'crt1.o'),
      join(library, 'crti.o'),
      ...objects,
      join(library, 'libc.a'),
      join(library, 'crtn.o'),
    ],
  };
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !runnerTargets.some((target) => target === name));
  if (unknown !== undefined)
    throw new Error(`Unknown target ${unknown}: known are ${runnerTargets.join(', ')}.`);
  for (const target of runnerTargets) {
    if (names.length > 0 && !names.includes(target)) continue;
    console.log(`runner ${target}: building`);
    const path = await buildRunner(target);
    console.log(`runner ${target}: ${path} (${statSync(path).size} bytes)`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

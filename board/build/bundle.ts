/**
 * From TypeScript to the bytecode files that the runner executes: esbuild puts an entry, everything it uses and the
 * packages into one module that imports nothing but `sys`; the x86-64 runner compiles it. The packages are taken as they
 * are: what they expect of Node.js comes from `src/host/quickjs/shims`.
 *
 * `npx tsx board/build/bundle.ts [ENTRY]` builds and prints sizes.
 */

import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { buildOnce } from './cache';
import { command } from './command';
import { buildRunner } from './runner';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The subcommands that end soon. */
const ENTRY = 'src/main.ts';
/** Bytecode files, as the runner calls them, and where each begins. */
export const PROGRAMS = {
  'understudy.usb': ENTRY,
  'supervisor.usb': 'src/supervisor-main.ts',
  'console.usb': 'src/console-main.ts',
  'panel.usb': 'src/panel-main.ts',
} as const;
const SCRIPT_NAME = 'understudy.js';
const BYTECODE_NAME = 'understudy.usb';

const shim = (file: string): string => join(ROOT, 'src/host/quickjs/shims', file);

/** What the packages ask for -> the file in the shims folder. */
const SHIMS: Readonly<Record<string, string>> = {
  './ifla': 'netlink-ifla.cjs',
  '@pinojs/redact': 'redact.cjs',
  'abort-controller': 'abort-controller.ts',
  debug: 'debug.ts',
  // CommonJS, because netlink calls what `require` gives.
  'node-gyp-build': 'node-gyp-build.cjs',
  os: 'os.ts',
  'process/': 'process.ts',
  stream: 'stream.ts',
  util: 'util.ts',
};

/** A plugin and not esbuild's `alias`, which cannot name `process/`. */
const shims: Plugin = {
  name: 'shims',
  setup: ({ onResolve }) => {
    onResolve({ filter: new RegExp(`^(${Object.keys(SHIMS).join('|')})$`) }, ({ path }) => ({
      path: shim(SHIMS[path]!),
    }));
  },
};

/** `netlink` writes one function for every kind of routing message; these are the ones that network.ts comes to. */
const MESSAGES =
  /^(parse(Link|Address|AddressAttrs|AddressFlags|AddressCacheInfo|DeviceFlags)|format(Link|Address|AddressAttrs|Route|RouteAttrs|DeviceFlags))$/;
const MESSAGE_FUNCTION = /^function (\w+)\(.*?^\}\nexports\.\1 = \1;$/gms;
/** Names of all exports, in chains; what is exported says so again. */
const EXPORT_NAMES = /^(exports\.\w+ = )+void 0;$/gm;

/** Its socket has methods for all of these messages; these are the ones that network.ts calls, and what they call. */
const REQUESTS = /^((get|new|del)Address|get(Addresses|Links?)|setLink|(new|del)Route)$/;
const REQUEST_METHOD = /^ {4}(?:async )?((?:new|del|get|set)\w+)\(.*?^ {4}\}\n/gms;

/** Leaves the others out: they were a seventh of the program, which a Pentium takes time to load. */
const messages: Plugin = {
  name: 'messages',
  setup: ({ onLoad }) => {
    onLoad({ filter: /netlink\/dist\/rt\/gen_structs\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace(EXPORT_NAMES, '')
        .replace(MESSAGE_FUNCTION, (text, name: string) => (MESSAGES.test(name) ? text : '')),
    }));
    onLoad({ filter: /netlink\/dist\/rt\/rt\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(REQUEST_METHOD, (text, name: string) =>
        REQUESTS.test(name) ? text : '',
      ),
    }));
  },
};

const OPTIONS: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  // `browser` picks pino's small build and keeps readable-stream off Node's own streams.
  mainFields: ['browser', 'module', 'main'],
  target: 'es2022',
  external: ['sys'],
  plugins: [shims, messages],
  define: { __dirname: '""' },
  inject: [shim('globals.ts')],
  // Bytecode holds neither spaces nor comments; names make backtraces readable.
  minifySyntax: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'silent',
  write: false,
};

/**
 * One ESM text with everything that `entry` uses but `sys`. The same files give the same text.
 * @param entry path, absolute or from the top of the repository
 * @throws Error with esbuild's messages
 */
export async function bundleText(entry: string): Promise<string> {
  const result = await build({ ...OPTIONS, entryPoints: [resolve(ROOT, entry)] });
  return result.outputFiles![0]!.text;
}

/** Paths, from the top of the repository, of all files that are in the bundles of these entries, or of all programs. */
export async function bundleInputs(entries: readonly string[] = Object.values(PROGRAMS)): Promise<string[]> {
  const entryPoints = entries.map((entry) => resolve(ROOT, entry));
  const { metafile } = await build({ ...OPTIONS, entryPoints, outdir: ROOT, metafile: true });
  return Object.keys(metafile!.inputs).filter((path) => !path.startsWith('<'));
}

/** Writes {@link bundleText} to `outFile`. */
export async function bundle(entry: string, outFile: string): Promise<void> {
  writeFileSync(outFile, await bundleText(entry));
}

/**
 * Bundles and compiles.
 * @param entry path, absolute or from the top of the repository
 * @returns path of the bytecode file, in the cache; its bundle lies beside it as `understudy.js`
 */
export async function buildBytecode(entry = ENTRY): Promise<string> {
  const [text, runner] = await Promise.all([bundleText(entry), buildRunner('x64')]);
  const folder = await buildOnce('bytecode', [text, readFileSync(runner)], async (partial) => {
    writeFileSync(join(partial, SCRIPT_NAME), text);
    // A relative name: the place of the cache must not get into the bytecode.
    await command(runner, ['--compile', SCRIPT_NAME, BYTECODE_NAME], { cwd: partial });
  });
  return join(folder, BYTECODE_NAME);
}

/** All programs: path of a folder, in the cache, with the files that `PROGRAMS` names. */
export async function buildPrograms(): Promise<string> {
  const files: [string, string][] = [];
  for (const [name, entry] of Object.entries(PROGRAMS)) files.push([name, await buildBytecode(entry)]);
  const contents = files.map(([, path]) => readFileSync(path));
  return buildOnce('programs', contents, async (partial) => {
    for (const [name, path] of files) copyFileSync(path, join(partial, name));
  });
}

async function main(): Promise<void> {
  const bytecode = await buildBytecode(process.argv[2]);
  const script = join(dirname(bytecode), SCRIPT_NAME);
  for (const path of [script, bytecode])
    console.log(`${String(statSync(path).size).padStart(8)} bytes  ${path}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();

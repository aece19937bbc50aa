/**
 * The first thing that every npm command runs, in plain JavaScript because nothing is installed yet: brings the
 * Debian and npm packages that the command needs, then starts it. Installs only what is missing; decides nothing else.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = 20;

/** npm script -> program, what runs after it where it ends well, and the groups of board/packages.json that it needs. */
const COMMANDS = {
  lab: { program: 'test/lab/main.ts', packages: ['build', 'lab'] },
  test: { program: 'test/run.ts', packages: ['build', 'lab'] },
  sim: { program: 'test/sim/main.ts', packages: [] },
  build: { program: 'board/build/main.ts', packages: ['build'] },
  image: {
    program: 'board/image/main.ts',
    // The times from power-on belong to the build's report.
    after: ['test/hardware/main.ts', '--only', 'pentium2, 128 MB'],
    packages: ['build', 'image', 'lab'],
  },
  hardware: { program: 'test/hardware/main.ts', packages: ['build', 'lab'] },
  'bench:checks': { program: 'test/bench/main.ts', packages: ['build', 'lab'] },
  powercuts: { program: 'test/power/main.ts', packages: ['build', 'lab'] },
  'bench:peers': { program: 'test/peers/main.ts', packages: ['build', 'lab'] },
  flash: { program: 'board/flash/main.ts', packages: ['build'] },
  reference: { program: 'board/reference.ts', packages: [] },
};

function fail(sentence) {
  console.error(`understudy: ${sentence}`);
  process.exit(1);
}

function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error) fail(`cannot start ${program}: ${result.error.message}`);
  return result.status ?? 1;
}

function installed(name) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own syntax
  const query = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return query.status === 0 && query.stdout === 'installed';
}

function installDebianPackages(groups) {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'board/packages.json'), 'utf8'));
  const missing = groups.flatMap((group) => wanted[group]).filter((name) => !installed(name));
  if (missing.length === 0) return;
  if (process.getuid() !== 0)
    fail(`these Debian packages are missing, and only root can install them: ${missing.join(' ')}`);
  console.log(`installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  if (run('apt-get', ['update', '-qq'], quiet) !== 0) fail('apt-get update failed; see its message above');
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  if (run('apt-get', install, quiet) !== 0) fail('apt-get install failed; see its message above');
}

function installNpmPackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const stamp = join(ROOT, 'node_modules/.understudy-lock');
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('installing npm packages');
  const quiet = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  if (run('npm', quiet, { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0)
    fail('npm ci failed; see its message above');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`unknown command "${name}"; known: ${Object.keys(COMMANDS).join(', ')}`);
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
  fail(`Node.js ${OLDEST_NODE} or later is needed, this is ${process.versions.node}`);
installDebianPackages(command.packages);
installNpmPackages();
const start = (...words) => run(process.execPath, ['--import', 'tsx', ...words]);
const status = start(command.program, ...args);
process.exit(status === 0 && command.after ? start(...command.after) : status);

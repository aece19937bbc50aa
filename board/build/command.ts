/**
 * Runs the programs that the build needs (apt-get, dpkg-deb, gcc, ...). Never uses a shell, and turns every
 * failure into one sentence that names the program and carries what it said.
 */

import { spawn } from 'node:child_process';

/** What a failed program may add to its error message, in characters. */
const TOLD_LIMIT = 2000;
/** Output that is kept, in characters: far above anything the build asks for. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that ended with a status other than 0, or could not be started. */
export class CommandError extends Error {
  constructor(
    message: string,
    /** What it wrote to stderr. */
    readonly stderr: string,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

/**
 * Runs `program` with `args` and resolves to what it wrote to stdout.
 * @throws {CommandError} where it cannot be started or fails
 */
export function command(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      // LC_ALL: messages are matched by their English words.
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < OUTPUT_LIMIT) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < OUTPUT_LIMIT) stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'it is not installed' : error.message;
      reject(new CommandError(`${program} cannot be run: ${reason}.`, ''));
    });
    child.on('close', (status, signal) => {
      if (status === 0) {
        resolve(stdout);
        return;
      }
      const told = (stderr.trim() || stdout.trim()).slice(-TOLD_LIMIT);
      const how = signal === null ? `status ${status}` : `signal ${signal}`;
      reject(new CommandError(`${program} ${args[0] ?? ''} failed (${how}): ${told}`, stderr));
    });
  });
}

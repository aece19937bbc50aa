/** Runs the configured command that switches the peer off (STONITH). When, and how often, is the cluster core's to say. */

import type { Host } from '../host/host';

/** A power switch that has not answered by then has failed. */
export const FENCE_DEADLINE_MS = 30_000;
/** What is kept of the command's output, for the log. */
const OUTPUT_LIMIT_BYTES = 4096;
/** Of every program that the supervisor starts by configuration. */
export const PROGRAM_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' } as const;

/**
 * Runs `stonith` with the peer's name as its last argument.
 * @param done null: the command ended with status 0, so the peer is off; else one sentence
 */
export function fence(
  host: Pick<Host, 'execute'>,
  stonith: readonly string[],
  peer: string,
  done: (fault: string | null) => void,
): void {
  const command = {
    argv: [...stonith, peer],
    environment: PROGRAM_ENVIRONMENT,
    stdin: '',
    deadlineMs: FENCE_DEADLINE_MS,
    limitBytes: OUTPUT_LIMIT_BYTES,
    isVital: true,
  } as const;
  host.execute(command, (result) => {
    if (!result.ok) {
      done(result.error);
      return;
    }
    const { status, output } = result.value;
    const said = output.trim().split('\n')[0];
    done(
      status === 0 ? null : `${command.argv.join(' ')} ended with status ${status}${said ? `: ${said}` : ''}`,
    );
  });
}

/**
 * Programs that are kept running while the supervisor runs: Linux-HA's `respawn` (ha.cf(5)). Knows nothing of what
 * they do.
 */

import type { Cancellable, Host } from '../host/host';
import { PROGRAM_ENVIRONMENT } from './fencer';

/** Linux-HA's sign of a program that it is not to be started again. */
const STAY_ENDED_STATUS = 100;
/** Before the next start; doubled each time up to the maximum, until one run has lasted. */
const RESTART_FIRST_MS = 1_000;
const RESTART_MAX_MS = 60_000;
const LASTED_MS = 60_000;

type HelperHost = Pick<Host, 'clock' | 'execute' | 'log'>;

export class Helper {
  private running: Cancellable | null = null;
  private waitMs = RESTART_FIRST_MS;

  constructor(
    private readonly host: HelperHost,
    private readonly argv: readonly string[],
  ) {}

  start(): void {
    const { clock, execute, log } = this.host;
    const name = this.argv.join(' ');
    const startedMs = clock.now();
    const command = {
      argv: this.argv,
      environment: PROGRAM_ENVIRONMENT,
      stdin: '',
      deadlineMs: Number.POSITIVE_INFINITY,
      limitBytes: 0,
    };
    this.running = execute(command, (result) => {
      const ended = result.ok ? `ended with status ${result.value.status}` : `failed: ${result.error}`;
      if (result.ok && result.value.status === STAY_ENDED_STATUS) {
        this.running = null;
        log('info', 'helper-ended', `${name} ${ended} and stays so`);
        return;
      }
      if (clock.now() - startedMs >= LASTED_MS) this.waitMs = RESTART_FIRST_MS;
      log('warn', 'helper-ended', `${name} ${ended}; it is started again in ${this.waitMs / 1000} s`);
      this.running = clock.after(this.waitMs, () => this.start());
      this.waitMs = Math.min(2 * this.waitMs, RESTART_MAX_MS);
    });
  }

  /** Ends the program, or the wait for its next start. */
  stop(): void {
    this.running?.cancel();
    this.running = null;
  }
}

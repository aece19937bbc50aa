/**
 * Alerts that are programs, by mon's calling convention: a few at a time, the others wait their turn. What cannot be run is
 * told once, not at each alert.
 */

import type { CommandResult, Host, Result } from '../../host/host';
import { alertCommand } from '../command';
import type { AlertEffect } from '../events';
import { Places } from '../places';
import type { FaultTeller } from './teller';

/** Programs of alerts that run at a time. */
export const PROGRAMS_AT_ONCE = 8;
/** Alerts that wait for one of them to end; one more is not given. */
export const WAITING_LIMIT = 32;

export class AlertPrograms {
  private readonly places = new Places(PROGRAMS_AT_ONCE, WAITING_LIMIT);
  /** Alerts that were not given since the last that had room. */
  private dropped = 0;

  constructor(
    private readonly host: Pick<Host, 'log' | 'execute'>,
    private readonly teller: FaultTeller,
  ) {}

  /** @param alert with the program and its own arguments */
  run(alert: AlertEffect): void {
    if (!this.places.take((leave) => this.start(alert, leave))) this.drop(alert);
  }

  private drop(alert: AlertEffect): void {
    this.dropped += 1;
    if (this.dropped > 1) return;
    const sentence = `${nameOf(alert)} is not run: ${PROGRAMS_AT_ONCE} alerts are running and ${WAITING_LIMIT} wait`;
    this.host.log('error', 'alert-refused', sentence);
  }

  private start(alert: AlertEffect, leave: () => void): void {
    this.host.execute(alertCommand(alert), (result) => {
      const fault = faultOf(result);
      this.teller.tell(alert.argv[0] ?? '', fault, `${nameOf(alert)}: ${fault}`);
      leave();
      if (this.places.isCalm && this.dropped > 0) {
        this.host.log('error', 'alerts-left-out', `${this.dropped} alerts were not run, for want of room`);
        this.dropped = 0;
      }
    });
  }
}

function faultOf(result: Result<CommandResult>): string | null {
  if (!result.ok) return result.error;
  return result.value.status === 0 ? null : `it ended with status ${result.value.status}`;
}

function nameOf({ argv, service, watch }: AlertEffect): string {
  return `alert ${argv[0]} for ${service} of ${watch}`;
}

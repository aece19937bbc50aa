/**
 * What happened when: printed live for a person who watches, and kept for the reports. Times are milliseconds since
 * the lab's start. Judges nothing.
 */

import { monotonicMs } from './clock';

export interface TimelineEvent {
  readonly atMs: number;
  /** `step`: a part of the scenario begins; `act`: the lab did something; `seen`: something was observed; `box`: a console line. */
  readonly kind: 'step' | 'act' | 'seen' | 'box' | 'check';
  readonly text: string;
  /** Short form for the chart, where the event deserves a mark. */
  readonly mark?: string;
}

export class Timeline {
  readonly events: TimelineEvent[] = [];
  readonly startMs = monotonicMs();

  constructor(private readonly print: (line: string) => void) {}

  /** Milliseconds since the lab's start. */
  readonly now = (): number => monotonicMs() - this.startMs;

  /** @param atMs when it happened, where that is not now */
  add(kind: TimelineEvent['kind'], text: string, mark?: string, atMs = this.now()): void {
    const event = { atMs, kind, text, ...(mark === undefined ? {} : { mark }) };
    this.events.push(event);
    this.print(formatEvent(event));
  }
}

const PREFIX: Readonly<Record<TimelineEvent['kind'], string>> = {
  step: '\n== ',
  act: '-> ',
  seen: '   ',
  box: '     ',
  check: '   ',
};

export function formatEvent(event: TimelineEvent): string {
  const prefix = PREFIX[event.kind];
  const time = `${(event.atMs / 1000).toFixed(2).padStart(8)} s  `;
  return prefix.startsWith('\n')
    ? `\n${time}${prefix.slice(1)}${event.text}`
    : `${time}${prefix}${event.text}`;
}

/**
 * Between what an operator has disabled and acknowledged (monitor/orders.ts) and the orders of the pair, in which each has
 * an entry: about `watch W`, `service W S` or `host H`, or about `ack W S`.
 */

import { type Entry, LINE_UNITS, printEntry, unitsOf } from '../following/ledger';
import type { Watchman } from '../monitor/watchman';
import type { Answers } from './control';
import type { SharedOrders } from './shared-orders';

const ABOUT = /^(watch|service|host|ack) /;
const DISABLE = 'disable ';
const ACK = 'ack';
/** Number and node name of an entry, and what stands between. */
const ROOM_UNITS = 90;

type Said = Pick<Entry, 'about' | 'says'>;

export class WatchOrders {
  constructor(private readonly shared: Pick<SharedOrders, 'said' | 'say'>) {}

  /** @param text as the watchman has them */
  remember(text: string): void {
    const now = new Map(text.split('\n').flatMap((line) => saidIn(line)));
    for (const { about } of this.shared.said)
      if (ABOUT.test(about) && !now.has(about)) this.shared.say(about, '');
    for (const [about, says] of now) this.shared.say(about, says);
  }
}

/** @returns whether it is about watches, and the watchman has it */
export function hearWatchOrder(watchman: Pick<Watchman, 'obey'>, { about, says }: Entry): boolean {
  if (!ABOUT.test(about)) return false;
  watchman.obey(lineOf({ about, says }), says !== '');
  return true;
}

function lineOf({ about, says }: Said): string {
  return about.startsWith(`${ACK} `) ? `${about}${says.slice(ACK.length)}\n` : `${DISABLE}${about}\n`;
}

function saidIn(line: string): readonly (readonly [string, string])[] {
  if (line.startsWith(DISABLE)) return [[line.slice(DISABLE.length), DISABLE.trim()]];
  const [, about, words = ''] = /^(ack \S+ \S+)(.*)$/.exec(line) ?? [];
  return about === undefined ? [] : [[about, fitting(about, `${ACK}${words.replaceAll('\t', ' ')}`)]];
}

/** The words are for people: of too many, the first count. */
function fitting(about: string, says: string): string {
  const characters = [...says];
  const units = (): number =>
    unitsOf(printEntry({ revision: 1, node: '', about, says: characters.join('') })) + ROOM_UNITS;
  while (characters.length > ACK.length && units() > LINE_UNITS) characters.pop();
  return characters.join('');
}

/** Characters of what a check said, for people to read. */
const SUMMARY_SHOWN = 120;

/** Every watched service with the operator's orders for it, as the console shows them. */
export function watchStates(
  watchman: Pick<Watchman, 'states' | 'disabledHosts'>,
  nowMs: number,
): Answers['watches'] {
  const watches = watchman
    .states()
    .map(({ watch, service, state, sinceMs, history, isDisabled, acknowledged }) => ({
      watch,
      service,
      state,
      sinceMs,
      disabled: isDisabled,
      ack: acknowledged,
      summary: history.lastSummary.slice(0, SUMMARY_SHOWN),
    }));
  return { nowMs, watches, hosts: watchman.disabledHosts };
}

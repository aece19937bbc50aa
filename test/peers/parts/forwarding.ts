/** How many requests per second go through the active box, and how long they take, beside a table set by hand. */

import type { LoadOutcome } from '../load-client';
import { BARE } from '../systems';
import { LoadClient } from './load';
import type { BoxPart } from './part';

const ROUNDS = 12;
const ROUND_S = 5;
const WARM_UP_S = 5;
const AT_ONCE = 8;

/** Of the system and of the bare table, as near to each other in time as can be: a machine is not always equally fast. */
export interface ForwardingRound {
  readonly own: LoadOutcome;
  readonly bare: LoadOutcome;
}

export const forwarding: BoxPart = {
  kind: 'boxes',
  name: 'forwarding',
  title: `${ROUNDS} times ${ROUND_S} s of requests as fast as they are answered, by turns with a bare table`,
  applies: (system) => system.only === undefined && system !== BARE,
  beside: BARE,
  run: async (stage, say, beside) => {
    const clients: LoadClient[] = [];
    for (const one of [stage, beside]) {
      one.bench.setRate(0);
      const client = await LoadClient.start(one);
      await client.load(WARM_UP_S, AT_ONCE);
      clients.push(client);
    }
    const [own, bare] = [clients[0]!, clients[1]!];
    const rounds: ForwardingRound[] = [];
    while (rounds.length < ROUNDS) {
      // Neither always comes first: what drifts does so for both.
      const order = rounds.length % 2 === 0 ? [own, bare] : [bare, own];
      const found = new Map<LoadClient, LoadOutcome>();
      for (const client of order) found.set(client, await client.load(ROUND_S, AT_ONCE));
      const round = { own: found.get(own)!, bare: found.get(bare)! };
      rounds.push(round);
      say(`${told(round.own)}; bare table: ${told(round.bare)}`);
    }
    return { rounds };
  },
};

function told({ perSecond, p50Ms, p99Ms, errors }: LoadOutcome): string {
  return `${perSecond.toFixed(0)} requests/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${errors} errors`;
}

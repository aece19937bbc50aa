/** How many requests per second go through the active box, and how long they take, against a table set by hand. */

import type { LoadOutcome } from '../load-client';
import { LoadClient } from './load';
import type { BoxPart } from './part';

const ROUNDS = 5;
const ROUND_S = 10;
const WARM_UP_S = 5;
const AT_ONCE = 8;

export const forwarding: BoxPart = {
  kind: 'boxes',
  name: 'forwarding',
  title: `${ROUNDS} times ${ROUND_S} s of requests as fast as they are answered`,
  applies: (system) => system.only === undefined,
  run: async (stage, say) => {
    stage.bench.setRate(0);
    const client = await LoadClient.start(stage);
    await client.load(WARM_UP_S, AT_ONCE);
    const rounds: LoadOutcome[] = [];
    while (rounds.length < ROUNDS) {
      const round = await client.load(ROUND_S, AT_ONCE);
      rounds.push(round);
      const { perSecond, p50Ms, p99Ms, errors } = round;
      say(
        `${perSecond.toFixed(0)} requests/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${errors} errors`,
      );
    }
    return { rounds };
  },
};

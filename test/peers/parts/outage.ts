/** The active box loses power, five times: how long the client goes without. */

import type { Outage } from '../stage';
import { type BoxPart, isPair } from './part';

const ROUNDS = 5;

export const powerOff: BoxPart = {
  kind: 'boxes',
  name: 'power-off',
  title: `the active box loses power, ${ROUNDS} times`,
  applies: isPair,
  run: async (stage, say) => {
    const rounds: Outage[] = [];
    while (rounds.length < ROUNDS) {
      await stage.anyTime();
      const round = await stage.outage(() => stage.bench.boxes.lead.powerOff());
      rounds.push(round);
      say(`out for ${Math.round(round.outageMs)} ms, ${round.errors} errors`);
      if (rounds.length < ROUNDS) await stage.returnLead();
    }
    return { rounds };
  },
};

/** A long page is on its way when the active box loses power: does its connection go on? */

import { sleep } from '../../lab/clock';
import { LoadClient } from './load';
import type { BoxPart } from './part';

const ROUNDS = 3;
/** Of the page's 60 s: enough packets for IPVS's sync daemon to tell of the connection. */
const BEFORE_MS = 8000;
/** TCP asks again more and more rarely; after outages of seconds that takes a while. */
const AFTER_MS = 15_000;
/** Systems for which the question is asked without a sync daemon; variants with one are only for this part. */
const WITHOUT = ['keepalived-50ms', 'understudy-fast'];

export const connections: BoxPart = {
  kind: 'boxes',
  name: 'connections',
  title: `a long download while the active box loses power, ${ROUNDS} times`,
  applies: (system) => system.only === 'connections' || WITHOUT.includes(system.id),
  run: async (stage, say) => {
    const client = await LoadClient.start(stage);
    const rounds: { readonly survived: boolean; readonly ended: string | null }[] = [];
    while (rounds.length < ROUNDS) {
      client.readLong();
      await sleep(BEFORE_MS);
      const before = client.long.bytes;
      if (before === 0) throw new Error('The download does not begin.');
      await stage.outage(() => stage.bench.boxes.lead.powerOff());
      await sleep(1000);
      const served = client.long.bytes;
      await sleep(AFTER_MS);
      const { bytes, ended } = client.long;
      const survived = bytes > served && (ended === null || ended === 'whole');
      rounds.push({ survived, ended });
      say(survived ? 'goes on' : `broke: ${ended ?? 'nothing more came'}`);
      if (rounds.length < ROUNDS) await stage.returnLead();
    }
    return { rounds };
  },
};

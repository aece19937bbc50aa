/** Both boxes' processors are hogged and the client is at full load: the group must stay where it is. */

import { sleep } from '../../lab/clock';
import { BOXES, macAddress } from '../../lab/network';
import { holdings, type Sighting } from '../../lab/sighting';
import { between, failures } from '../../lab/traffic';
import type { Stage } from '../stage';
import { LoadClient } from './load';
import { type BoxPart, isPair } from './part';

const MINUTES = 10;
const AT_ONCE = 8;
/** Answers to the load that is still on its way. */
const REST_MS = 2000;
const HOG = "for i in 1 2; do sh -c 'while :; do :; done' >/dev/null 2>&1 & done";

export const hogged: BoxPart = {
  kind: 'boxes',
  name: 'hogged',
  title: `${MINUTES} minutes with the client at full load and both processors hogged`,
  applies: isPair,
  run: async (stage, say) => {
    const client = await LoadClient.start(stage);
    for (const name of BOXES) await stage.shell(name, HOG);
    const fromMs = stage.now();
    const loaded = client.load(MINUTES * 60, AT_ONCE);
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      await sleep(60_000);
      say(`${minute} min: ${takeovers(stage, fromMs)} false takeovers`);
    }
    await sleep(REST_MS);
    const { perSecond } = await loaded;
    const outcomes = between(stage.bench.outcomes, fromMs, stage.now() - REST_MS);
    return {
      minutes: MINUTES,
      takeovers: takeovers(stage, fromMs),
      perSecond,
      requests: outcomes.length,
      errors: failures(outcomes).length,
    };
  },
};

/** How often the backup began to answer for one of the two addresses: the larger number. */
function takeovers(stage: Stage, fromMs: number): number {
  const { sightings, pair } = stage.bench;
  const recent = sightings.filter(({ atMs }) => atMs >= fromMs);
  return Math.max(
    timesTaken(recent, pair.vip, macAddress('backup', 'outside')),
    timesTaken(recent, pair.gateway, macAddress('backup', 'inside')),
  );
}

/** How often a card that had not answered for the address began to, whoever else answered as well. */
export function timesTaken(sightings: readonly Sighting[], address: string, mac: string): number {
  const held = holdings(sightings, address).map(({ macs }) => macs.includes(mac));
  return held.filter((has, index) => has && !(held[index - 1] ?? false)).length;
}

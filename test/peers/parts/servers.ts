/** A real server goes: its web server ends, or its cable is pulled. How long the client sees errors. */

import type { HostName } from '../../lab/network';
import type { Outage, Stage } from '../stage';
import { type BoxPart, isPair } from './part';

const ROUNDS = 4;

interface Harm {
  do(stage: Stage, server: HostName): void | Promise<void>;
  undo(stage: Stage, server: HostName): void | Promise<void>;
}

const part = (name: string, title: string, harm: Harm): BoxPart => ({
  kind: 'boxes',
  name,
  title: `${title}, ${ROUNDS} times`,
  applies: isPair,
  run: async (stage, say) => {
    const rounds: Outage[] = [];
    while (rounds.length < ROUNDS) {
      const server = rounds.length % 2 === 0 ? 'rs1' : 'rs2';
      await stage.anyTime();
      const round = await stage.outage(() => harm.do(stage, server));
      rounds.push(round);
      say(`errors for ${Math.round(round.outageMs)} ms, ${round.errors} of them`);
      if (rounds.length < ROUNDS) await stage.returnServer(server, () => harm.undo(stage, server));
    }
    return { rounds };
  },
});

export const processDeath = part('process-death', "a real server's web server ends", {
  do: (stage, server) => stage.bench.stopServer(server),
  undo: (stage, server) => stage.bench.startServer(server),
});

export const cableCut = part('cable-cut', "a real server's cable is pulled", {
  do: (stage, server) => stage.bench.network.plug(server, false),
  undo: (stage, server) => stage.bench.network.plug(server, true),
});

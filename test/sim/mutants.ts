/** Deliberate bugs, made by changing the core's source text on its way into the simulator. */

import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Core } from './core';

export interface Mutant {
  readonly name: string;
  /** A seed that is known to catch it, tried first. */
  readonly seed: number;
  /** File of src/cluster. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly becomes: string;
}

const HERE = dirname(fileURLToPath(import.meta.url));

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'one silent link is enough to be dead',
    seed: 10,
    file: 'hearing.ts',
    text: "freshness === 'new' ? { beat,",
    becomes: "freshness === 'new' && index === 0 ? { beat,",
  },
  {
    name: 'no oversleep guard',
    seed: 34,
    file: 'cluster.ts',
    text: 'nowMs - this.wakeMs > this.#config.keepaliveMs',
    becomes: 'false',
  },
  {
    name: 'an old sequence number counts',
    seed: 2,
    file: 'liveness.ts',
    text: "if (beat.sequence > last.sequence) return 'new';",
    becomes: "return 'new';",
  },
  {
    name: 'a session needs no proof',
    seed: 14,
    file: 'liveness.ts',
    text: "return proven ? 'new' : 'unproven';",
    becomes: "return 'new';",
  },
  {
    name: 'an acknowledgement may be used twice',
    seed: 14,
    file: 'liveness.ts',
    text: 'ack.sequence > this.#acknowledged &&',
    becomes: '',
  },
  {
    name: 'signatures are not compared',
    seed: 20,
    file: 'signature.ts',
    text: 'return right ? null',
    becomes: 'return right || true ? null',
  },
  {
    name: 'both boxes win a conflict',
    seed: 186,
    file: 'cluster.ts',
    text: 'claimWins: epoch === peerEpoch ? preferred : epoch > peerEpoch',
    becomes: 'claimWins: epoch >= peerEpoch',
  },
  {
    name: 'takes while the peer is still letting go',
    seed: 1,
    file: 'cluster.ts',
    text: "lives && beat?.claim === 'giving'",
    becomes: 'false',
  },
  {
    name: 'no new announcement after a conflict',
    seed: 1860,
    file: 'cluster.ts',
    text: 'this.#announce(conflict ?',
    becomes: 'if (!conflict) return; this.#announce(conflict ?',
  },
  {
    name: 'no new announcement when the peer is back',
    seed: 1345,
    file: 'cluster.ts',
    text: "if (news.back && this.#holder.role === 'active') this.#announceLater = true;",
    becomes: '',
  },
  {
    name: 'no initdead',
    seed: 1,
    file: 'liveness.ts',
    text: 'this.#initdeadUntilMs = bootMs + initdeadMs',
    becomes: 'this.#initdeadUntilMs = bootMs',
  },
  {
    name: "waits for half of the peer's deadtime",
    seed: 15,
    file: 'liveness.ts',
    text: '(this.lastHeardMs ?? 0) + this.beat.deadtimeMs, this',
    becomes: '(this.lastHeardMs ?? 0) + this.beat.deadtimeMs / 2, this',
  },
  {
    name: 'a restart forgets what the kernel holds',
    seed: 1,
    file: 'cluster.ts',
    text: 'if (!this.#boot.held) return;',
    becomes: 'return;',
  },
  {
    name: 'a half-broken cable makes a second owner',
    seed: 247,
    file: 'liveness.ts',
    text: 'this.listenUntilMs = Math.max(this.listenUntilMs, nowMs + beat.deadtimeMs);',
    becomes: '',
  },
  {
    name: 'a failed acquire is not cleaned up',
    seed: 1,
    file: 'holder.ts',
    text: 'this.release(`it could not be held:',
    becomes: "this.enter('standby', `it could not be held:",
  },
  {
    name: 'a failed release is not repeated',
    seed: 67,
    file: 'holder.ts',
    text: "if (this.role === 'releasing') this.#order('release', this.why);",
    becomes: '',
  },
];

/** The core with one bug in it. */
export async function mutantCore(mutant: Mutant): Promise<Core> {
  let hits = 0;
  const result = await build({
    entryPoints: [join(HERE, 'core.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutant',
        setup(builder) {
          builder.onLoad({ filter: /[/\\]src[/\\]cluster[/\\]/ }, ({ path }) => {
            const source = readFileSync(path, 'utf8');
            if (basename(path) !== mutant.file) return { contents: source, loader: 'ts' };
            hits = source.split(mutant.text).length - 1;
            return { contents: source.replace(mutant.text, () => mutant.becomes), loader: 'ts' };
          });
        },
      },
    ],
  });
  if (hits !== 1)
    throw new Error(`mutant "${mutant.name}": its text stands ${hits} times in ${mutant.file}, not once`);
  const code = Buffer.from(result.outputFiles[0]?.contents ?? []).toString('base64');
  const module: { CORE: Core } = await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
  return module.CORE;
}

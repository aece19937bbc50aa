/** Deliberate bugs, made by changing the product's source text on its way into the simulator. */

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Core } from './core';

export interface Mutant {
  readonly name: string;
  /** A seed that is known to catch it, tried first. */
  readonly seed: number;
  /** File below src. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly becomes: string;
}

const HERE = dirname(fileURLToPath(import.meta.url));
const SRC = join(HERE, '../../src');

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'an order does not replace the one before',
    seed: 4,
    file: 'following/ledger.ts',
    text: 'if (own !== undefined && !isNewer(entry, own)) return false;',
    becomes: 'if (own !== undefined) return false;',
  },
  {
    name: 'the end of an order is not told',
    seed: 4,
    file: 'following/ledger.ts',
    text: 'const line = printEntry(entries[at]!);',
    becomes: "const line = printEntry(entries[at]!);\n      if (entries[at]!.says === '') continue;",
  },
  {
    name: 'one silent link is enough to be dead',
    seed: 9,
    file: 'cluster/hearing.ts',
    text: "freshness === 'new' ? { beat,",
    becomes: "freshness === 'new' && index === 0 ? { beat,",
  },
  {
    name: 'no oversleep guard',
    seed: 196,
    file: 'cluster/cluster.ts',
    text: 'nowMs - this.wakeMs > this.voice.keepaliveMs',
    becomes: 'false',
  },
  {
    name: 'a hung owner does not doubt its claim',
    seed: 8970,
    file: 'cluster/cluster.ts',
    text: 'if (holder.holds && voice.wasSilentTooLong(this.#nowMs)) holder.doubt(voice.own.sequence);',
    becomes: '',
  },
  {
    name: 'an old sequence number counts',
    seed: 10,
    file: 'cluster/liveness.ts',
    text: "if (beat.sequence > last.sequence) return 'new';",
    becomes: "return 'new';",
  },
  {
    name: 'a session needs no proof',
    seed: 142,
    file: 'cluster/liveness.ts',
    text: "return proven ? 'new' : 'unproven';",
    becomes: "return 'new';",
  },
  {
    name: 'an acknowledgement may be used twice',
    seed: 142,
    file: 'cluster/liveness.ts',
    text: 'ack.sequence > this.#acknowledged &&',
    becomes: '',
  },
  {
    name: 'signatures are not compared',
    seed: 23,
    file: 'cluster/signature.ts',
    text: 'return right ? null',
    becomes: 'return right || true ? null',
  },
  {
    name: 'a recorded frame takes the place of the head',
    seed: 92,
    file: 'cluster/receiver.ts',
    text: ' && this.#isNews(heard.beat)',
    becomes: '',
  },
  {
    name: 'a short frame for a peer that has not heard the head',
    seed: 8,
    file: 'cluster/sender.ts',
    text: 'acknowledged < this.#headSince || ',
    becomes: '',
  },
  {
    name: 'both boxes win a conflict',
    seed: 10,
    file: 'cluster/situation.ts',
    text: 'const claimWins = epoch === beat.epoch ? preferred : epoch > beat.epoch;',
    becomes: 'const claimWins = epoch >= beat.epoch;',
  },
  {
    name: 'takes while the peer is still letting go',
    seed: 6,
    file: 'cluster/situation.ts',
    text: "if (beat.claim === 'giving') return 'giving';",
    becomes: "if (beat.claim === 'giving') return 'can';",
  },
  {
    name: 'no announcement for a conflict',
    seed: 359,
    file: 'cluster/announcer.ts',
    text: 'if (owner) this.#announce(keeps',
    becomes: 'if (owner && !owner) this.#announce(keeps',
  },
  {
    name: 'no new announcement when the peer is back',
    seed: 515,
    file: 'cluster/cluster.ts',
    text: "if (news.back && this.holder.role === 'active') this.announcer.announceLater();",
    becomes: '',
  },
  {
    name: 'no initdead',
    seed: 2,
    file: 'cluster/liveness.ts',
    text: 'this.#bootMs + this.initdeadMs',
    becomes: 'this.#bootMs',
  },
  {
    name: "waits for half of the peer's deadtime",
    seed: 5,
    file: 'cluster/liveness.ts',
    text: 'heardMs + this.beat.deadtimeMs, heardMs',
    becomes: 'heardMs + this.beat.deadtimeMs / 2, heardMs',
  },
  {
    name: 'a restart forgets what the kernel holds',
    seed: 24,
    file: 'cluster/cluster.ts',
    text: 'if (!this.#held) return;',
    becomes: 'return;',
  },
  {
    name: 'a half-broken cable makes a second owner',
    seed: 620,
    file: 'cluster/liveness.ts',
    text: 'this.listenUntilMs = Math.max(this.listenUntilMs, nowMs + beat.deadtimeMs);',
    becomes: '',
  },
  {
    name: 'a failed release is not repeated',
    seed: 69,
    file: 'cluster/holder.ts',
    text: "if (this.role === 'releasing') this.#order('release', this.why);",
    becomes: '',
  },
  {
    name: 'a lost carrier hands nothing over',
    seed: 263,
    file: 'cluster/health.ts',
    text: 'return !this.carrier && nowMs >= this.carrierChangedMs + CARRIER_SETTLE_MS;',
    becomes: 'return false;',
  },
  {
    name: 'fewer ping nodes are worse at once, without a comparison',
    seed: 31,
    file: 'cluster/pings.ts',
    text: 'this.count < peers;',
    becomes: 'this.count <= peers;',
  },
  {
    name: 'takes from a dead peer without fencing it',
    seed: 2,
    file: 'cluster/situation.ts',
    text: 'mustFence: !fencing.done,',
    becomes: 'mustFence: false,',
  },
  {
    name: 'the watchdog is not disarmed in standby',
    seed: 10,
    file: 'cluster/cluster.ts',
    text: "if (this.holder.claim === 'none') this.watchdog.disarm();",
    becomes: '',
  },
  {
    name: 'maintenance is not remembered',
    seed: 578,
    file: 'supervisor.ts',
    text: 'this.memory.remember(effect.maintenance);',
    becomes: '',
  },
  {
    name: 'a forgotten gateway: only the VIP moves',
    seed: 1,
    file: 'director/addresses.ts',
    text: "...group.gateways.map((address) => ({ role: 'gateway' as const, address })),",
    becomes: '',
  },
  {
    name: 'the gateway is not announced',
    seed: 5,
    file: 'director/addresses.ts',
    text: 'return placements.flatMap((placement) => {',
    becomes: "return placements.filter(({ role }) => role === 'vip').flatMap((placement) => {",
  },
  {
    name: 'the announcements of an owner go on after it let go',
    seed: 8,
    file: 'director/group.ts',
    text: "this.timer?.cancel();\n    this.bounded('release'",
    becomes: "this.bounded('release'",
  },
  {
    name: 'a real server that is back stays out',
    seed: 2,
    file: 'monitor/health.ts',
    text: "const next = all.includes('down') ? 'down'",
    becomes: "const next = all.includes('down') || this.combined.get(server) === 'down' ? 'down'",
  },
  {
    name: 'a dead real server stays in the table',
    seed: 424,
    file: 'director/desired.ts',
    text: "return state === 'up' ? UP : DOWN;",
    becomes: 'return UP;',
  },
  {
    name: 'a deleted address is not put back',
    seed: 113,
    file: 'supervisor/box-network.ts',
    text: '() => this.lookSoon(handler),',
    becomes: '() => {},',
  },
  {
    name: 'a second maintenance flag is not saved',
    seed: 271,
    file: 'supervisor/kept-file.ts',
    text: 'if (next !== null) this.save(next);',
    becomes: '',
  },
  {
    name: 'a changed group is added on the box that waits, too',
    seed: 37,
    file: 'director/group.ts',
    text: 'if (!holds || added.length === 0) done(null);',
    becomes: 'if (added.length === 0) done(null);',
  },
  {
    name: "addresses that are the group's no more stay",
    seed: 292,
    file: 'director/group.ts',
    text: 'const gone = without(this.placements, next);',
    becomes: 'const gone = without(next, next);',
  },
  {
    name: 'who lets the group go in the middle of a change keeps what is on its way out',
    seed: 292,
    file: 'director/group.ts',
    text: 'this.placements = [...next, ...without(before, next)];',
    becomes: 'this.placements = next;',
  },
  {
    name: 'what a change left behind that was cut off stays',
    seed: 235,
    file: 'supervisor/inventory.ts',
    text: '.filter((address) => left.has(lineOf(name, address)))',
    becomes: '.filter(() => false)',
  },
  {
    name: 'the watchdog keeps the timeout of shorter times',
    seed: 272,
    file: 'cluster/watchdog.ts',
    text: "if (this.#deadtimeMs !== deadtimeMs && this.#run === 'on') this.#run = 'unknown';",
    becomes: '',
  },
];

/** The product with one bug in it. */
export async function mutantCore(mutant: Mutant): Promise<Core> {
  let hits = 0;
  const result = await build({
    entryPoints: [join(HERE, 'core.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutant',
        setup(builder) {
          builder.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
            const source = readFileSync(path, 'utf8');
            if (relative(SRC, path) !== mutant.file) return { contents: source, loader: 'ts' };
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

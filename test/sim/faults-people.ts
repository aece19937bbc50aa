/** What people do to the pair, at any time: commands, reboots, upgrades, new keys. */

import type { Command, Scope } from '../../src/cluster/types';
import type { AuthConfig } from '../../src/config/config';
import type { Box } from './box';
import type { Dialect } from './dialects';
import type { Fault } from './faults';
import { SECRETS } from './pairs';
import type { World } from './world';

const SCOPES: readonly Scope[] = ['all', 'all', 'local', 'foreign'];
/** A shutdown hands over first; the power goes afterwards. */
const SHUTDOWN_MS = 1_500;

const key = (id: 1 | 2) => ({ id, method: 'sha256' as const, secret: SECRETS[id] });
/** The three steps of a rollover, each on both boxes before the next. */
const ROLLOVER: readonly AuthConfig[] = [
  { signWith: 1, keys: [key(1), key(2)] },
  { signWith: 2, keys: [key(1), key(2)] },
  { signWith: 2, keys: [key(2)] },
];

export const PEOPLE_FAULTS: readonly Fault[] = [
  {
    name: 'standby',
    strike: (world, random) =>
      command(world, random.pick(world.boxes), { name: 'standby', scope: random.pick(SCOPES) }),
  },
  {
    name: 'takeover',
    strike: (world, random) =>
      command(world, random.pick(world.boxes), { name: 'takeover', scope: random.pick(SCOPES) }),
  },
  {
    name: 'maintenance',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      command(world, box, { name: 'maintenance', on: true });
      world.clock.after(random.spread(0.2, 10) * unitMs, () =>
        command(world, box, { name: 'maintenance', on: false }),
      );
    },
  },
  {
    name: 'reboot',
    strike: (world, random, unitMs) => reboot(world, random.pick(world.boxes), random.spread(0.2, 6) * unitMs),
  },
  {
    name: 'upgrade',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      const dialect = random.pick<Dialect>(['older', 'newer']);
      world.note(box, `FAULT becomes a box of another version: ${dialect}`);
      reboot(world, box, random.spread(0.2, 2) * unitMs);
      world.dialects[box.number] = dialect;
      if (random.chance(0.5)) return;
      world.clock.after(random.spread(1, 6) * unitMs, () => {
        world.note(box, 'becomes a box of the own version again');
        world.dialects[box.number] = 'own';
      });
    },
  },
  {
    name: 'keys rolled over',
    strike: (world, random, unitMs) => {
      let atMs = 0;
      for (const auth of ROLLOVER) {
        for (const box of world.boxes)
          world.clock.after(atMs + random.between(0, 1) * unitMs, () => rekey(world, box, auth));
        // The operator waits until both boxes have it; one that is off gets it with its configuration.
        atMs += 1.1 * unitMs;
      }
    },
  },
];

function command(world: World, box: Box, what: Command): void {
  const { run } = box;
  if (!box.awake || run === null) return;
  world.note(box, `FAULT operator: ${JSON.stringify(what)}`);
  let replies = 0;
  box.enter(() =>
    run.supervisor.command(what, ({ text }) => {
      replies++;
      world.note(box, `answers: ${text}`);
    }),
  );
  if (box.run === run && replies !== 1)
    world.judge.fail('reply', `${box.name} answered ${replies} times to ${JSON.stringify(what)}`);
}

function reboot(world: World, box: Box, forMs: number): void {
  command(world, box, { name: 'shutdown' });
  world.clock.after(SHUTDOWN_MS, () => {
    box.losePower();
    world.clock.after(forMs, () => box.powerOn());
  });
}

function rekey(world: World, box: Box, auth: AuthConfig): void {
  box.auth = auth;
  const { run } = box;
  if (run === null || box.paused) return;
  world.note(box, `FAULT keys ${auth.keys.map(({ id }) => id).join(', ')}; ${auth.signWith} signs`);
  box.enter(() => run.supervisor.rekey(auth));
}

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

type KeyId = 1 | 2;
const key = (id: KeyId) => ({ id, method: 'sha256' as const, secret: SECRETS[id] });
/** The three steps from one key to the other, each on both boxes before the next. */
const rollover = (from: KeyId, to: KeyId): readonly AuthConfig[] => [
  { signWith: from, keys: [key(1), key(2)] },
  { signWith: to, keys: [key(1), key(2)] },
  { signWith: to, keys: [key(to)] },
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
    strike: (world, random, unitMs) =>
      reboot(world, random.pick(world.boxes), random.spread(0.2, 6) * unitMs),
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
      const [{ auth }] = world.boxes;
      // One rollover at a time.
      if (auth.keys.length > 1 || world.boxes[1].auth !== auth) return;
      const steps = auth.signWith === 1 ? rollover(1, 2) : rollover(2, 1);
      rollOver(world, steps, () => random.between(0.1, 1) * unitMs);
    },
  },
];

export function endMaintenance(world: World): void {
  for (const box of world.boxes) command(world, box, { name: 'maintenance', on: false });
}

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

/** The operator goes on only when both boxes have taken the last step; one that is off starts with it. */
function rollOver(world: World, [auth, ...later]: readonly AuthConfig[], waitMs: () => number): void {
  if (auth === undefined) return;
  const [first, second] = world.boxes;
  const next = () => {
    if (world.boxes.some((box) => box.paused)) world.clock.after(waitMs(), next);
    else rollOver(world, later, waitMs);
  };
  rekey(world, first, auth);
  world.clock.after(waitMs(), () => {
    rekey(world, second, auth);
    world.clock.after(waitMs(), next);
  });
}

function rekey(world: World, box: Box, auth: AuthConfig): void {
  box.auth = auth;
  world.note(box, `FAULT keys ${auth.keys.map(({ id }) => id).join(', ')}; ${auth.signWith} signs`);
  box.signal((supervisor) => supervisor.rekey(auth));
}

/**
 * The resource group's addresses on this box's kernel: acquires, releases and announces them when told. All or
 * nothing: what cannot be acquired whole is let go. Decides nothing about who should hold the group.
 */

import type { NodeConfig } from '../config/config';
import type { Cancellable, Host, InterfaceState, NetworkOperation, Result } from '../host/host';
import { acquire, announcements, isSamePlacement, type Placement, release, retire } from './addresses';
import { type AnnounceSchedule, announced, nextAnnouncementMs, startAnnouncing } from './arp';

/** Acquiring or releasing takes milliseconds; a kernel that has not answered by then counts as having refused. */
export const GROUP_DEADLINE_MS = 3000;

export type GroupDone = (fault: string | null) => void;

export class ResourceGroup {
  /** Frames sent in this run. */
  announcements = 0;
  /** The last change brought new addresses. */
  isExtended = false;
  private timer: Cancellable | null = null;

  constructor(
    private readonly host: Pick<Host, 'clock' | 'network' | 'log'>,
    /** While they change, also those on their way out: who lets the group go lets go of all. */
    private placements: readonly Placement[],
  ) {}

  get addresses(): readonly Placement[] {
    return this.placements;
  }

  /**
   * Other addresses belong to the group from now on; those so far stay until `settle`.
   * @param holds this box holds the group: the new ones are added
   */
  extend(next: readonly Placement[], holds: boolean, done: GroupDone): void {
    const before = this.placements;
    const added = without(next, before);
    this.placements = [...next, ...without(before, next)];
    this.isExtended = added.length > 0;
    if (!holds || added.length === 0) done(null);
    else this.bounded('extend', done, (finish) => this.applyAll(acquire(added, []), finish));
  }

  /** Only these belong to the group from now on; what is left of others is taken away. @param own stays */
  settle(next: readonly Placement[], own: NodeConfig, done: GroupDone): void {
    const gone = without(this.placements, next);
    this.placements = next;
    if (gone.length === 0) {
      done(null);
      return;
    }
    this.bounded('settle', done, (finish) =>
      this.host.network.read((states) => {
        if (states.ok) this.applyAll(retire(gone, next, own, states.value), finish);
        else finish(states.error);
      }),
    );
  }

  /** Completes what is there: adding an address that is held already succeeds. */
  acquire(done: GroupDone): void {
    this.bounded('acquire', done, (finish) => {
      // No look at the kernel first: this is the moment when every millisecond is an outage.
      this.applyAll(acquire(this.placements, []), (fault) => {
        if (fault === null) finish(null);
        else this.drop((second) => finish(second === null ? fault : `${fault}; and then: ${second}`));
      });
    });
  }

  release(done: GroupDone): void {
    this.timer?.cancel();
    this.bounded('release', done, (finish) => this.drop(finish));
  }

  /**
   * Begins the announcements anew.
   * @param states the interfaces, for their hardware addresses
   */
  announce(states: readonly InterfaceState[]): void {
    this.announceFrom(startAnnouncing(this.host.clock.now()), states);
  }

  private drop(done: GroupDone): void {
    this.host.network.read((states) => {
      if (states.ok) this.applyAll(release(this.placements, states.value), done);
      else done(states.error);
    });
  }

  private applyAll(operations: readonly NetworkOperation[], done: GroupDone): void {
    const faults: string[] = [];
    let left = operations.length;
    if (left === 0) done(null);
    for (const operation of operations)
      this.host.network.apply(operation, (result) => {
        if (!result.ok) faults.push(result.error);
        left -= 1;
        if (left === 0) done(faults.length === 0 ? null : faults.join('; '));
      });
  }

  private bounded(what: string, done: GroupDone, run: (finish: GroupDone) => void): void {
    let open = true;
    const finish: GroupDone = (fault) => {
      if (!open) return;
      open = false;
      deadline.cancel();
      done(fault);
    };
    const late = `the kernel did not answer within ${GROUP_DEADLINE_MS} ms (${what} of the resource group)`;
    const deadline = this.host.clock.after(GROUP_DEADLINE_MS, () => finish(late));
    run(finish);
  }

  private announceFrom(schedule: AnnounceSchedule, states: readonly InterfaceState[]): void {
    this.timer?.cancel();
    const delayMs = nextAnnouncementMs(schedule) - this.host.clock.now();
    if (delayMs > 0) {
      this.timer = this.host.clock.after(delayMs, () => this.announceFrom(schedule, states));
      return;
    }
    for (const { interface: name, frame } of announcements(this.placements, states))
      this.sent(name, this.host.network.sendFrame(name, frame));
    this.announceFrom(announced(schedule, this.host.clock.now()), states);
  }

  private sent(interfaceName: string, result: Result<null>): void {
    if (result.ok) this.announcements += 1;
    else this.host.log('warn', 'announce-failed', `announcing on ${interfaceName}: ${result.error}`);
  }
}

/** Those of `some` that are not among `others`. */
function without(some: readonly Placement[], others: readonly Placement[]): readonly Placement[] {
  return some.filter((one) => !others.some((other) => isSamePlacement(one, other)));
}

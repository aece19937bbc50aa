/**
 * The resource group's addresses on this box's kernel: acquires, releases and announces them when told. All or
 * nothing: what cannot be acquired whole is let go. Decides nothing about who should hold the group.
 */

import type { Cancellable, Host, InterfaceState, NetworkOperation, Result } from '../host/host';
import { acquire, announcements, type Placement, release } from './addresses';
import { type AnnounceSchedule, announced, nextAnnouncementMs, startAnnouncing } from './arp';

/** Acquiring or releasing takes milliseconds; a kernel that has not answered by then counts as having refused. */
export const GROUP_DEADLINE_MS = 3000;

export type GroupDone = (fault: string | null) => void;

export class ResourceGroup {
  /** Frames sent in this run. */
  announcements = 0;
  private timer: Cancellable | null = null;

  constructor(
    private readonly host: Pick<Host, 'clock' | 'network' | 'log'>,
    private placements: readonly Placement[],
  ) {}

  /**
   * Other addresses from now on.
   * @param states null where this box holds nothing of the group; else the interfaces: what is new is added first, then
   *   what is gone is taken away
   */
  change(next: readonly Placement[], states: readonly InterfaceState[] | null, done: GroupDone): void {
    const before = this.placements;
    this.placements = next;
    if (states === null) {
      done(null);
      return;
    }
    const added = next.filter((one) => !before.some((other) => isSame(one, other)));
    const gone = before.filter((one) => !next.some((other) => isSame(one, other)));
    this.bounded('change', done, (finish) =>
      this.applyAll([...acquire(added, []), ...release(gone, states)], finish),
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

function isSame(a: Placement, b: Placement): boolean {
  return a.interface === b.interface && a.address === b.address;
}

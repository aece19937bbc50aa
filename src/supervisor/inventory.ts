/**
 * What this program may have left on the box, in a file: addresses, and a watchdog that runs. A run that follows takes
 * away what its own configuration does not have. In memory only, as a loss of power takes all of it, too.
 */

import type { Cidr, NodeConfig } from '../config/config';
import type { Placement } from '../director/addresses';
import type { Host, InterfaceState, NetworkOperation } from '../host/host';

/** One address of one interface, or the device of a watchdog. */
type Line = string;

export interface Leftovers {
  readonly operations: readonly NetworkOperation[];
  /** Devices that may run, and nobody would feed. */
  readonly watchdogs: readonly string[];
}

export class Inventory {
  /** @param lines of the configuration with which this run starts */
  constructor(
    private readonly host: Pick<Host, 'readFile' | 'writeFile' | 'log'>,
    private readonly file: string,
    private lines: readonly Line[],
  ) {}

  /** At the start. @returns what an earlier run has left, and this one is not to have */
  open(states: readonly InterfaceState[]): Leftovers {
    const text = this.host.readFile(this.file);
    const left = new Set(text.ok ? text.value.split('\n') : []);
    for (const line of this.lines) left.delete(line);
    this.write(this.lines);
    const operations = states.flatMap(({ name, addresses }) =>
      addresses
        .filter((address) => left.has(lineOf(name, address)))
        .map((address) => ({ type: 'address-delete' as const, interface: name, address })),
    );
    return { operations, watchdogs: [...left].filter((line) => line.startsWith('/')) };
  }

  /** These may come beside those so far. */
  add(lines: readonly Line[]): void {
    this.change([...new Set([...this.lines, ...lines])]);
  }

  /** There are none but these any more. */
  settle(lines: readonly Line[]): void {
    this.change(lines);
  }

  private change(lines: readonly Line[]): void {
    if (lines.join() === this.lines.join()) return;
    this.lines = lines;
    this.write(lines);
  }

  private write(lines: readonly Line[]): void {
    const written = this.host.writeFile(this.file, lines.map((line) => `${line}\n`).join(''));
    if (!written.ok) this.host.log('warn', 'inventory-not-kept', written.error);
  }
}

/** All that a box may have by its configuration. @param watchdog device, or null */
export function inventoryLines(
  node: NodeConfig,
  placements: readonly Placement[],
  watchdog: string | null,
): readonly Line[] {
  return [
    ...(watchdog === null ? [] : [watchdog]),
    ...node.interfaces.flatMap(({ name, addresses }) => addresses.map((address) => lineOf(name, address))),
    ...placements.map((placement) => lineOf(placement.interface, placement.address)),
  ];
}

function lineOf(name: string, address: Cidr): Line {
  return `${name} ${address}`;
}

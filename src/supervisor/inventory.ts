/**
 * The addresses that this program may have put on the box, in a file: a run that follows takes away what its own
 * configuration does not have. In memory only, as a loss of power takes the addresses, too.
 */

import type { Cidr, NodeConfig } from '../config/config';
import type { Placement } from '../director/addresses';
import type { Host, InterfaceState, NetworkOperation } from '../host/host';

/** One address of one interface. */
type Line = string;

export class Inventory {
  /** @param lines of the configuration with which this run starts */
  constructor(
    private readonly host: Pick<Host, 'readFile' | 'writeFile' | 'log'>,
    private readonly file: string,
    private lines: readonly Line[],
  ) {}

  /** At the start. @returns what takes away that an earlier run has left, and this one is not to have */
  open(states: readonly InterfaceState[]): readonly NetworkOperation[] {
    const text = this.host.readFile(this.file);
    const left = new Set(text.ok ? text.value.split('\n') : []);
    for (const line of this.lines) left.delete(line);
    this.write(this.lines);
    return states.flatMap(({ name, addresses }) =>
      addresses
        .filter((address) => left.has(lineOf(name, address)))
        .map((address) => ({ type: 'address-delete' as const, interface: name, address })),
    );
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

/** All addresses that a box may have by its configuration. */
export function addressLines(node: NodeConfig, placements: readonly Placement[]): readonly Line[] {
  return [
    ...node.interfaces.flatMap(({ name, addresses }) => addresses.map((address) => lineOf(name, address))),
    ...placements.map((placement) => lineOf(placement.interface, placement.address)),
  ];
}

function lineOf(name: string, address: Cidr): Line {
  return `${name} ${address}`;
}

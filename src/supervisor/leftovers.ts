/**
 * The addresses that a change of the configuration may leave behind when this program ends in the middle of it: kept in a
 * file while it goes on, and taken away at the next start. In memory only: a loss of power takes the addresses, too.
 */

import type { Cidr, NodeConfig } from '../config/config';
import type { Placement } from '../director/addresses';
import type { Host, InterfaceState, NetworkOperation } from '../host/host';

/** One line each: interface and address. */
type Line = string;

export class Leftovers {
  private lines: readonly Line[] = [];

  constructor(
    private readonly host: Pick<Host, 'readFile' | 'writeFile' | 'log'>,
    private readonly file: string,
  ) {}

  /** A change begins: whatever it adds or takes away may be left, besides what an earlier one that failed has left. */
  note(before: readonly Line[], next: readonly Line[]): void {
    const changed = [
      ...before.filter((line) => !next.includes(line)),
      ...next.filter((line) => !before.includes(line)),
    ];
    if (changed.length > 0) this.write([...new Set([...this.lines, ...changed])]);
  }

  /** Nothing is left. */
  forget(): void {
    if (this.lines.length > 0) this.write([]);
  }

  /** At a start: what is to be taken away of what an earlier run left. @param wanted these the box is to have */
  operations(wanted: readonly Line[], states: readonly InterfaceState[]): readonly NetworkOperation[] {
    const text = this.host.readFile(this.file);
    this.lines = text.ok ? text.value.split('\n').filter((line) => line !== '') : [];
    const left = new Set(this.lines);
    for (const line of wanted) left.delete(line);
    return states.flatMap(({ name, addresses }) =>
      addresses
        .filter((address) => left.has(lineOf(name, address)))
        .map((address) => ({ type: 'address-delete' as const, interface: name, address })),
    );
  }

  private write(lines: readonly Line[]): void {
    this.lines = lines;
    const written = this.host.writeFile(this.file, lines.map((line) => `${line}\n`).join(''));
    if (!written.ok) this.host.log('warn', 'leftovers-not-noted', written.error);
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

/** Text in columns, as the console's `show` commands write it. Pure. */

const GAP = '  ';

/**
 * Cells padded to the widest of their column; lines without blanks at their ends.
 * @param head titles; null for none
 */
export function columns(head: readonly string[] | null, rows: readonly (readonly string[])[]): string[] {
  const all = head === null ? rows : [head, ...rows];
  const widths: number[] = [];
  for (const row of all)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(GAP)
      .trimEnd(),
  );
}

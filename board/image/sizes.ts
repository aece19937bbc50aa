/** The size report of an image, and what in it is larger than it may be. Pure. */

/** Name, bytes, and the budget in bytes where there is one. */
export type Size = readonly [name: string, bytes: number, budgetBytes: number | null];

export interface SizeReport {
  readonly text: string;
  /** Names of what exceeds its budget. */
  readonly tooLarge: readonly string[];
}

const KIB = 1024;

export function sizeReport(sizes: readonly Size[]): SizeReport {
  const width = Math.max(...sizes.map(([name]) => name.length));
  const lines = sizes.map(([name, bytes, budgetBytes]) => {
    const budget = budgetBytes === null ? '' : `  of ${Math.floor(budgetBytes / KIB)}`;
    return `${name.padEnd(width)}  ${String(Math.ceil(bytes / KIB)).padStart(6)} KiB${budget}\n`;
  });
  return {
    text: lines.join(''),
    tooLarge: sizes.filter(([, bytes, budget]) => budget !== null && bytes > budget).map(([name]) => name),
  };
}

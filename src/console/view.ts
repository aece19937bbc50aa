/**
 * Which part of a line a row shows: all of it, or a window that follows the cursor, with `<` and `>` where there is more.
 * The window jumps by most of a row, because each jump costs a row of bytes. Pure.
 */

const MORE_LEFT = '<';
const MORE_RIGHT = '>';
/** Columns of what was last seen that stay in view after a jump. */
const CONTEXT_COLUMNS = 16;
/** Columns in front of the cursor that are seen at least, or nobody knows what is next to be erased. */
const NEAR_COLUMNS = 8;

export interface View {
  /** First column of the line that the row shows. */
  readonly start: number;
  readonly cells: readonly string[];
  /** Column of the row. */
  readonly cursor: number;
}

/**
 * @param line its cells, prompt included
 * @param cursor column of the line, at most its length
 * @param width columns of the row, more than twice the context
 * @param start of the view before
 */
export function viewOf(line: readonly string[], cursor: number, width: number, start: number): View {
  if (line.length <= width) return { start: 0, cells: line, cursor };
  const from = scrolled(line.length, cursor, width, start);
  const cells = line.slice(from, from + width);
  // Half a wide character is a blank.
  if (from > 0) {
    cells[0] = MORE_LEFT;
    if (cells[1] === '') cells[1] = ' ';
  }
  if (line.length > from + width) {
    const last = width - 1;
    if (cells[last] === '') cells[last - 1] = ' ';
    cells[last] = MORE_RIGHT;
  }
  return { start: from, cells, cursor: cursor - from };
}

function scrolled(length: number, cursor: number, width: number, start: number): number {
  const left = start > 0 ? start + NEAR_COLUMNS : 0;
  const right = length > start + width ? start + width - 2 : start + width;
  if (cursor >= left && cursor <= right) return start;
  const from = cursor < left ? cursor - width + CONTEXT_COLUMNS : cursor - CONTEXT_COLUMNS;
  return Math.max(0, from);
}

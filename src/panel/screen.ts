/**
 * A view as a screen of a terminal: 80x24, or 40x12 where there is less room. What matters from afar stands at the top,
 * what a state changes stands before what merely tells about it. Pure.
 */

import { Drawing, type Grid, type Style } from './grid';
import { LETTER_ROWS, largeLetters } from './letters';
import type { Fault, Lamp, LampState, PanelService, PanelView } from './view';

/** Larger terminals show the same. */
const WIDE = { columns: 80, rows: 24 } as const;
const NARROW = { columns: 40, rows: 12 } as const;

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Which of the two screens fits; the narrow one is cut where not even that does. */
export function screenSize({ columns, rows }: ScreenSize): ScreenSize {
  if (columns >= WIDE.columns && rows >= WIDE.rows) return WIDE;
  return { columns: Math.min(columns, NARROW.columns), rows: Math.min(rows, NARROW.rows) };
}

/** Lamps differ in their shape, and then in their colour. */
const LAMP: Readonly<Record<LampState, readonly [string, Style]>> = {
  on: ['(*)', 'g'],
  off: ['( )', ' '],
  warn: ['(!)', 'y'],
  fault: ['(X)', 'r'],
};
const GAP_COLUMNS = 4;
const WELL = 'all is well';

export function drawScreen(view: PanelView, size: ScreenSize): Grid {
  const { columns, rows } = screenSize(size);
  const isWide = columns === WIDE.columns;
  const drawing = new Drawing(columns, rows, isWide ? WIDE_FIRST : NARROW_FIRST);
  if (isWide) drawWide(view, drawing);
  else drawNarrow(view, drawing);
  return drawing;
}

const ROW = { since: 5, faults: 6, lamps: 10, services: 14, events: 18, foot: 23 } as const;
/** Lamps and faults say all that a change means, in a third of the bytes that large letters take. */
const WIDE_FIRST: readonly number[] = [10, 11, 12, 13, 6, 0, 1, 2, 3, 4];
const WIDE_LAMPS = { rows: 4, columns: [0, 24, 53, 79] } as const;
const NARROW_ROW = { name: 5, fault: 6, lamps: 7, services: 10, event: 11 } as const;
const NARROW_FIRST: readonly number[] = [7, 8, 9, 6];
const NARROW_LAMPS = { rows: 3, columns: [0, 13, 26, 39] } as const;

function drawWide(view: PanelView, drawing: Drawing): void {
  drawHead(view, drawing);
  const isWhole = largeName(view.node) === view.node;
  drawing.put(ROW.since, 0, isWhole ? view.since : `${view.node} ${view.since}`);
  drawFaults(view.faults, drawing, ROW.faults, 3);
  drawLamps(view.lamps, drawing, ROW.lamps, WIDE_LAMPS, true);
  drawServices(view.services, drawing, ROW.services, 3);
  for (const [at, { time, level, sentence }] of view.events.entries())
    drawing.put(ROW.events + at, 0, `${time} ${mark(level)} ${sentence}`);
  const hint = 'Enter: log in';
  const slot = view.slot === null ? '' : `, slot ${view.slot}`;
  const up = view.uptime === '' ? '' : `, up ${view.uptime}`;
  drawing.put(ROW.foot, 0, `understudy ${view.version}${slot}${up}`);
  drawing.put(ROW.foot, drawing.columns - 1 - hint.length, hint);
}

/** The name narrow, which never changes, and the role as wide as there is room for. */
function drawHead({ node, role, lamps }: PanelView, drawing: Drawing): void {
  const style = LAMP[lamps.find(({ kind }) => kind === 'role')?.state ?? 'fault'][1];
  const room = drawing.columns - 1;
  const widest = largeLetters(role, 2);
  const name = largeLetters(largeName(node), 1);
  const isLarge = name[0]!.length + GAP_COLUMNS + largeLetters(role, 1)[0]!.length <= room;
  const left = isLarge ? name[0]!.length + GAP_COLUMNS : Math.min(node.length, 20) + GAP_COLUMNS;
  const letters = left + widest[0]!.length <= room ? widest : largeLetters(role, 1);
  for (let row = 0; row < LETTER_ROWS; row++) {
    if (isLarge) drawing.put(row, 0, name[row]!);
    drawing.put(row, left, letters[row]!, style === ' ' ? 'b' : style);
  }
  if (!isLarge) drawing.put(2, 0, node, 'b', 20);
}

/** A full name is too long for large letters, and the domain tells no box from the other. */
function largeName(node: string): string {
  return node.split('.')[0]!;
}

function drawNarrow(view: PanelView, drawing: Drawing): void {
  const { node, role, lamps, faults, services, events, version, slot, since, uptime } = view;
  const style = LAMP[lamps.find(({ kind }) => kind === 'role')?.state ?? 'fault'][1];
  for (const [row, line] of largeLetters(role, 1).entries())
    drawing.put(row, 0, line, style === ' ' ? 'b' : style);
  const software = `${version}${slot === null ? '' : ` ${slot}`}`;
  drawing.put(NARROW_ROW.name, 0, `${node} ${since.replace(/:.*/, '')}`);
  drawing.put(NARROW_ROW.name, drawing.columns - 2 - software.length, ` ${software}`);
  if (faults.length > 0) drawFaults(faults, drawing, NARROW_ROW.fault, 1);
  else drawing.put(NARROW_ROW.fault, 0, `all ok, up ${uptime}. Enter: log in`);
  // That it has power, whoever reads this knows.
  const some = lamps.filter(({ kind }) => kind !== 'power');
  drawLamps(some, drawing, NARROW_ROW.lamps, NARROW_LAMPS, false);
  drawing.put(NARROW_ROW.services, 0, totals(services));
  const last = events.at(-1);
  if (last !== undefined)
    drawing.put(NARROW_ROW.event, 0, `${last.time.slice(0, 5)} ${mark(last.level)} ${last.sentence}`);
}

function drawFaults(faults: readonly Fault[], drawing: Drawing, row: number, rows: number): void {
  if (faults.length === 0) {
    drawing.put(row, 0, WELL);
    return;
  }
  for (const [at, { level, word, sentence }] of faults.slice(0, rows).entries()) {
    const left = at === rows - 1 ? faults.length - rows : 0;
    const more = left === 0 ? '' : ` (+${left})`;
    const room = drawing.columns - 1 - more.length;
    const [shape, style] = LAMP[level];
    drawing.put(row + at, 0, `${shape} ${word}`, style);
    drawing.put(row + at, 4 + word.length, `: ${sentence}`, ' ', Math.max(0, room - 4 - word.length));
    drawing.put(row + at, room, more);
  }
}

/** Where there are more than there is room for, those that are as they should be give way. */
function drawLamps(
  all: readonly Lamp[],
  drawing: Drawing,
  top: number,
  { rows, columns }: { readonly rows: number; readonly columns: readonly number[] },
  hasDetail: boolean,
): void {
  const places = rows * (columns.length - 1);
  const lamps = all.length <= places ? all : most(all, places - 1);
  for (const [at, { kind, word, state, detail }] of lamps.entries()) {
    const [shape, style] = LAMP[state];
    const row = top + (at % rows);
    const column = columns[Math.floor(at / rows)]!;
    const room = columns[Math.floor(at / rows) + 1]! - column - shape.length - 2;
    // The end of an address is what tells servers apart.
    const short = !hasDetail && kind === 'server' ? word.slice(-room) : word;
    drawing.put(row, column, shape, style);
    drawing.put(row, column + shape.length + 1, hasDetail ? `${short} ${detail}` : short, ' ', room);
  }
  const left = all.filter((lamp) => !lamps.includes(lamp));
  if (left.length === 0) return;
  const bad = left.filter(({ state }) => state === 'warn' || state === 'fault').length;
  const text = `    ${left.length} more${bad === 0 ? '' : `, ${bad} bad`}`;
  drawing.put(top + rows - 1, columns.at(-2)!, text);
}

function most(lamps: readonly Lamp[], count: number): readonly Lamp[] {
  const isSpare = ({ kind, state }: Lamp): boolean => kind === 'server' && state === 'on';
  const kept = lamps.filter((lamp) => !isSpare(lamp)).slice(0, count);
  const spare = lamps.filter(isSpare).slice(0, count - kept.length);
  return lamps.filter((lamp) => kept.includes(lamp) || spare.includes(lamp));
}

/** Columns of a bar, each for a doubling: so one scale does for a quiet night and for the rush hour. */
const BAR_COLUMNS = 12;

function bar(count: number): string {
  return '='.repeat(Math.min(BAR_COLUMNS, Math.ceil(Math.log2(count + 1)))).padEnd(BAR_COLUMNS);
}

function drawServices(services: readonly PanelService[], drawing: Drawing, top: number, rows: number): void {
  const shown = services.length <= rows ? services : services.slice(0, rows - 1);
  for (const [at, { name, up, all, connections, rate }] of shown.entries()) {
    const row = top + at;
    drawing.put(row, 0, name, ' ', 25);
    drawing.put(row, 26, `${up}/${all} up`, up === all ? ' ' : up === 0 ? 'r' : 'y');
    if (connections !== null)
      drawing.put(row, 34, `${String(connections).padStart(5)} conn ${bar(connections)}`);
    if (rate !== null) drawing.put(row, 58, `${String(Math.round(rate)).padStart(5)}/s ${bar(rate)}`);
  }
  if (shown.length < services.length) drawing.put(top + rows - 1, 0, totals(services.slice(rows - 1)));
}

/** Of several services in one row. */
function totals(services: readonly PanelService[]): string {
  if (services.length === 0) return '';
  const sum = (counts: readonly (number | null)[]): number | null =>
    counts.every((count) => count === null)
      ? null
      : counts.reduce<number>((all, count) => all + (count ?? 0), 0);
  const up = sum(services.map((one) => one.up));
  const all = sum(services.map((one) => one.all));
  const connections = sum(services.map((one) => one.connections));
  const rate = sum(services.map((one) => one.rate));
  const counts = `${connections === null ? '' : ` ${connections} conn`}${rate === null ? '' : ` ${Math.round(rate)}/s`}`;
  return `${services.length === 1 ? services[0]!.name : `${services.length} services`} ${up}/${all} up${counts}`;
}

function mark(level: string): string {
  return level === 'error' ? 'X' : level === 'warn' ? '!' : ' ';
}

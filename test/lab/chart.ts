/**
 * One picture of a whole run, as SVG: requests over time coloured by the real server that answered, failures in red,
 * who held the group's addresses, and marks where something happened. Pure: values in, text out.
 */

import type { TimelineEvent } from './timeline';
import type { Outcome } from './traffic';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  /** `lead`, `backup`, or a card nobody knows. */
  readonly who: string;
}

export interface ChartData {
  readonly requests: readonly Outcome[];
  /** Who answered for an address. */
  readonly lanes: readonly { readonly label: string; readonly spans: readonly Span[] }[];
  readonly events: readonly TimelineEvent[];
  readonly endMs: number;
}

const COLOURS = {
  rs1: '#4c8fd6',
  rs2: '#a9cdf0',
  failed: '#e02020',
  booting: '#d9d4cc',
  lead: '#3f8f5f',
  backup: '#e59a1c',
  other: '#7a3fa0',
  ink: '#222222',
  faint: '#8a8a8a',
  band: '#f3f3f0',
} as const;

const WIDTH = 1440;
const LEFT = 86;
const RIGHT = 20;
const PLOT = WIDTH - LEFT - RIGHT;
const TITLE_HEIGHT = 64;
/** At most so much time in one row. */
const ROW_MS = 60_000;
const TICK_MS = 5000;
const BIN_MS = 200;
/** Heights within a row, from its top: step titles, marks, bars, lanes, time axis. */
const STEP = 18;
const MARKS = 57;
const BARS = 96;
const LANE = 15;
const AXIS = 26;
const MARK_LINES = 4;
/** Of the plain and the bold font, on average. */
const CHARACTER_WIDTH = 6.1;
const BOLD_WIDTH = 6.9;
/** Bars grow to this many answers per bin: 50 requests/s are 10. */
const BIN_FULL = 12;
/** Even a single failure must be seen. */
const FAILED_HEIGHT_MIN = 8;

export function drawChart(data: ChartData): string {
  const rows = Math.max(1, Math.ceil(data.endMs / ROW_MS));
  const spanMs = Math.ceil(data.endMs / rows / TICK_MS) * TICK_MS;
  const rowHeight = STEP + MARKS + BARS + data.lanes.length * LANE + AXIS + 14;
  const height = TITLE_HEIGHT + rows * rowHeight;
  const body: string[] = [legend(data)];
  for (let row = 0; row < rows; row += 1) {
    body.push(
      `<g transform="translate(${LEFT} ${TITLE_HEIGHT + row * rowHeight})">${drawRow(data, row * spanMs, spanMs)}</g>`,
    );
  }
  const style = `rect{shape-rendering:crispEdges}text{font-family:Helvetica,Arial,sans-serif;font-size:11px;fill:${COLOURS.ink}}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    '<title>Requests to a pair of boxes over time</title>',
    `<style>${style}</style><rect width="100%" height="100%" fill="white"/>`,
    ...body,
    '</svg>\n',
  ].join('\n');
}

function legend(data: ChartData): string {
  const judged = data.requests.filter((request) => request.kind !== 'boot');
  const failed = judged.filter((request) => request.server === null).length;
  const title = `${judged.length} requests to a pair of boxes, ${failed} without an answer`;
  const entries: [string, string][] = [
    [COLOURS.rs1, 'answered by RS1'],
    [COLOURS.rs2, 'answered by RS2'],
    [COLOURS.failed, 'no answer'],
    [COLOURS.booting, 'no answer yet: the pair boots'],
    [COLOURS.lead, 'address held by the lead'],
    [COLOURS.backup, 'address held by the backup'],
  ];
  let x = LEFT;
  const boxes = entries.map(([colour, label]) => {
    const at = x;
    x += 30 + label.length * CHARACTER_WIDTH;
    return `<rect x="${at}" y="38" width="11" height="11" fill="${colour}"/><text x="${at + 16}" y="48">${label}</text>`;
  });
  return `<text x="${LEFT}" y="25" style="font-size:17px;font-weight:bold">${title}</text>${boxes.join('')}`;
}

function drawRow(data: ChartData, fromMs: number, spanMs: number): string {
  const x = (atMs: number): number =>
    round(((Math.min(Math.max(atMs, fromMs), fromMs + spanMs) - fromMs) / spanMs) * PLOT);
  const isIn = (atMs: number): boolean => atMs >= fromMs && atMs < fromMs + spanMs;
  const bottom = STEP + MARKS + BARS;
  return [
    steps(data, fromMs, spanMs, x),
    bars(
      data.requests.filter((request) => isIn(request.startMs)),
      fromMs,
      x,
      bottom,
    ),
    lanes(data.lanes, fromMs, spanMs, x, bottom + 4),
    marks(
      data.events.filter((event) => event.mark !== undefined && event.kind !== 'step' && isIn(event.atMs)),
      x,
      bottom,
    ),
    axis(fromMs, Math.min(spanMs, data.endMs - fromMs), x, bottom + 4 + data.lanes.length * LANE),
    `<text x="-8" y="${bottom - BARS / 2}" text-anchor="end">requests</text>`,
  ].join('');
}

/** Every other step has a tinted ground; its title stands where it begins, or where the row does. */
function steps(data: ChartData, fromMs: number, spanMs: number, x: (atMs: number) => number): string {
  const starts = data.events.filter((event) => event.kind === 'step');
  return starts
    .map((event, index) => {
      const endMs = starts[index + 1]?.atMs ?? data.endMs;
      if (endMs <= fromMs || event.atMs >= fromMs + spanMs) return '';
      const [left, right] = [x(event.atMs), x(endMs)];
      const ground =
        index % 2 === 0
          ? `<rect x="${left}" y="0" width="${round(right - left)}" height="${STEP + MARKS + BARS}" fill="${COLOURS.band}"/>`
          : '';
      const fits = Math.floor((right - left - 8) / BOLD_WIDTH);
      const title = event.mark ?? '';
      const text = title.length <= fits ? title : fits > 4 ? `${title.slice(0, fits - 1)}…` : '';
      return `${ground}<text x="${left + 4}" y="13" style="font-weight:bold">${escapeText(text)}</text>`;
    })
    .join('');
}

function bars(
  requests: readonly Outcome[],
  fromMs: number,
  x: (atMs: number) => number,
  bottom: number,
): string {
  const bins = new Map<number, Record<(typeof STACK)[number], number>>();
  for (const request of requests) {
    const index = Math.floor((request.startMs - fromMs) / BIN_MS);
    const bin = bins.get(index) ?? { failed: 0, booting: 0, rs1: 0, rs2: 0 };
    bin[stackOf(request)] += 1;
    bins.set(index, bin);
  }
  const parts: string[] = [];
  for (const [index, bin] of bins) {
    const left = x(fromMs + index * BIN_MS);
    const width = round(x(fromMs + (index + 1) * BIN_MS) - left);
    let y = bottom;
    // A burst of requests fills the height, in its proportions.
    const full = Math.max(BIN_FULL, bin.failed + bin.booting + bin.rs1 + bin.rs2);
    for (const key of STACK) {
      if (bin[key] === 0) continue;
      const scaled = (bin[key] / full) * BARS;
      const height = round(key === 'failed' ? Math.max(FAILED_HEIGHT_MIN, scaled) : scaled);
      y = round(y - height);
      parts.push(`<rect x="${left}" y="${y}" width="${width}" height="${height}" fill="${COLOURS[key]}"/>`);
    }
  }
  return parts.join('');
}

function lanes(
  all: ChartData['lanes'],
  fromMs: number,
  spanMs: number,
  x: (atMs: number) => number,
  top: number,
): string {
  return all
    .map(({ label, spans }, index) => {
      const y = top + index * LANE;
      const visible = spans.filter((span) => span.toMs >= fromMs && span.fromMs < fromMs + spanMs);
      const rects = visible.map(({ fromMs: from, toMs: to, who }) => {
        const colour = who === 'lead' ? COLOURS.lead : who === 'backup' ? COLOURS.backup : COLOURS.other;
        return `<rect x="${x(from)}" y="${y}" width="${Math.max(1, round(x(to) - x(from)))}" height="${LANE - 4}" fill="${colour}"/>`;
      });
      return `<text x="-8" y="${y + LANE - 5}" text-anchor="end">${label}</text>${rects.join('')}`;
    })
    .join('');
}

/** Parts of a bar, from below. */
const STACK = ['failed', 'booting', 'rs1', 'rs2'] as const;

function stackOf(request: Outcome): (typeof STACK)[number] {
  if (request.server === 'rs1' || request.server === 'rs2') return request.server;
  return request.kind === 'boot' ? 'booting' : 'failed';
}

/** Labels take the first line on which they do not run into the one before. */
function marks(events: readonly TimelineEvent[], x: (atMs: number) => number, bottom: number): string {
  const taken = new Array<number>(MARK_LINES).fill(-1);
  return events
    .map((event) => {
      const label = event.mark!;
      const width = label.length * CHARACTER_WIDTH * 0.92 + 8;
      const at = x(event.atMs);
      const isLate = at + width > PLOT;
      const start = isLate ? at - width : at;
      const free = taken.findIndex((end) => end <= start);
      const line = free < 0 ? taken.indexOf(Math.min(...taken)) : free;
      taken[line] = start + width;
      const y = STEP + 11 + line * 13;
      const anchor = isLate ? `x="${at - 3}" text-anchor="end"` : `x="${at + 3}"`;
      return [
        `<line x1="${at}" x2="${at}" y1="${y - 8}" y2="${bottom}" stroke="${COLOURS.ink}" stroke-width="0.8" stroke-dasharray="3 2"/>`,
        `<text ${anchor} y="${y}" style="font-size:10.5px">${escapeText(label)}</text>`,
      ].join('');
    })
    .join('');
}

function axis(fromMs: number, spanMs: number, x: (atMs: number) => number, top: number): string {
  const ticks: string[] = [
    `<line x1="0" x2="${x(fromMs + spanMs)}" y1="${top}" y2="${top}" stroke="${COLOURS.faint}"/>`,
  ];
  for (let atMs = fromMs; atMs <= fromMs + spanMs; atMs += TICK_MS) {
    ticks.push(
      `<line x1="${x(atMs)}" x2="${x(atMs)}" y1="${top}" y2="${top + 4}" stroke="${COLOURS.faint}"/>`,
    );
    ticks.push(
      `<text x="${x(atMs)}" y="${top + 15}" text-anchor="middle" style="fill:${COLOURS.faint}">${Math.round(atMs / 1000)} s</text>`,
    );
  }
  return ticks.join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The comparison as one SVG: for every system a bar per kind of outage, on a logarithmic axis. Pure: values in, text out. */

export interface Bar {
  readonly label: string;
  readonly ours: boolean;
  /** In the order of the titles; milliseconds. */
  readonly values: readonly ({ readonly middle: number; readonly range: readonly [number, number] } | null)[];
}

const WIDTH = 980;
const LEFT = 300;
const RIGHT = 90;
const PLOT = WIDTH - LEFT - RIGHT;
const TOP = 64;
const THICK = 12;
const GAP = 12;
/** The axis, in powers of ten of milliseconds. */
const [FIRST, LAST] = [1, 5];
const COLOURS = {
  ours: ['#1f7a4d', '#57b083', '#a5d8bd'],
  theirs: ['#8a4a1c', '#cc8a4f', '#ecc9a4'],
  ink: '#222222',
  faint: '#d0d0d0',
} as const;
const TICKS = ['10 ms', '0.1 s', '1 s', '10 s', '100 s'];

export function drawBars(titles: readonly string[], bars: readonly Bar[]): string {
  const block = titles.length * THICK + GAP;
  const height = TOP + bars.length * block + 24;
  const ticks = TICKS.map((text, index) => {
    const x = at(10 ** (FIRST + index));
    const line = `<line x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${height - 18}" stroke="${COLOURS.faint}"/>`;
    return `${line}<text x="${x}" y="${height - 5}" text-anchor="middle">${text}</text>`;
  });
  const legend = titles.map((title, index) => {
    const x = LEFT + index * 190;
    const box = (colour: string, dx: number): string =>
      `<rect x="${x + dx}" y="34" width="12" height="12" fill="${colour}"/>`;
    const pair = `${box(COLOURS.ours[index]!, 0)}${box(COLOURS.theirs[index]!, 14)}`;
    return `${pair}<text x="${x + 32}" y="44">${title}</text>`;
  });
  const style = `text{font-family:Helvetica,Arial,sans-serif;font-size:12px;fill:${COLOURS.ink}}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<style>${style}</style><rect width="100%" height="100%" fill="white"/>`,
    `<text x="12" y="20" font-weight="bold">How long clients go without: median, range; green is Understudy</text>`,
    ...legend,
    ...ticks,
    ...bars.map((bar, index) => drawBar(bar, TOP + index * block)),
    '</svg>\n',
  ].join('\n');
}

function at(ms: number): number {
  const share = (Math.log10(Math.max(ms, 10 ** FIRST)) - FIRST) / (LAST - FIRST);
  return Math.round(LEFT + share * PLOT);
}

function drawBar({ label, ours, values }: Bar, top: number): string {
  const middle = top + (values.length * THICK) / 2 + 4;
  const colours = ours ? COLOURS.ours : COLOURS.theirs;
  const rows = values.map((value, index) => {
    if (value === null) return '';
    const y = top + index * THICK;
    const centre = y + THICK / 2 - 1;
    const [from, to] = value.range.map(at);
    const range = `<line x1="${from}" x2="${to}" y1="${centre}" y2="${centre}" stroke="${COLOURS.ink}"/>`;
    const bar = `<rect x="${LEFT}" y="${y}" width="${at(value.middle) - LEFT}" height="${THICK - 2}" fill="${colours[index]}"/>`;
    const text = `<text x="${Math.max(at(value.middle), to!) + 5}" y="${centre + 4}" font-size="10">${seconds(value.middle)}</text>`;
    return `${bar}${range}${text}`;
  });
  return `<text x="${LEFT - 8}" y="${middle}" text-anchor="end">${label}</text>${rows.join('')}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
}

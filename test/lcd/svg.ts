/** Emulated modules as a picture. */

import type { EmulatedModule } from './module';

/** In units of the picture. */
const CELL = { width: 12, height: 20 } as const;
const EDGE = 16;
const LAMP = 26;
const COLOURS: Readonly<Record<string, string>> = {
  green: '#39d353',
  amber: '#ffb000',
  red: '#ff3b30',
  '-': '#3a3a3a',
};

/** Between modules, and for the words below each. */
const GAP = 14;
const CAPTION = 18;

interface Piece {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
}

/** What a person sees of a module. */
export type Seen = Pick<EmulatedModule, 'columns' | 'rows' | 'screen' | 'lamps'>;

/** A module as it is now, for later. */
export function photograph(module: Seen): Seen {
  const [text, lights] = [module.screen(), module.lamps()];
  return { columns: module.columns, rows: module.rows, screen: () => text, lamps: () => lights };
}

/** All of them in rows of `perRow`, each with its words below. */
export function sheetSvg(modules: readonly (readonly [string, Seen])[], perRow: number): string {
  const pieces = modules.map(([caption, module]) => [caption, draw(module)] as const);
  const lines: string[] = [];
  let [x, y, width, rowHeight] = [0, 0, 0, 0];
  for (const [at, [caption, piece]] of pieces.entries()) {
    if (at > 0 && at % perRow === 0) {
      y += rowHeight + CAPTION + GAP;
      x = 0;
      rowHeight = 0;
    }
    lines.push(`<g transform="translate(${x} ${y})">`, ...piece.lines);
    lines.push(
      `<text x="2" y="${piece.height + 14}" font-family="sans-serif" font-size="12" fill="#777">${escaped(caption)}</text>`,
      '</g>',
    );
    x += piece.width + GAP;
    width = Math.max(width, x - GAP);
    rowHeight = Math.max(rowHeight, piece.height);
  }
  const height = y + rowHeight + CAPTION;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(modules.map(([caption]) => caption).join('; '))}</title>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function draw(module: Seen): Piece {
  const { columns, rows } = module;
  const lamps = module.lamps();
  const left = EDGE + (lamps.length > 0 ? LAMP : 0);
  const width = left + columns * CELL.width + EDGE;
  const height = 2 * EDGE + Math.max(rows, lamps.length) * CELL.height;
  const cells = module.screen().flatMap((row, at) =>
    [...row].map((character, column) => {
      const x = left + column * CELL.width;
      const y = EDGE + at * CELL.height;
      const cell = `<rect x="${x + 0.5}" y="${y + 0.5}" width="${CELL.width - 1}" height="${CELL.height - 1}"/>`;
      const text = `<text x="${x + CELL.width / 2}" y="${y + 15}" fill="#1c2a00">${escaped(character)}</text>`;
      return character === ' ' ? cell : cell + text;
    }),
  );
  const lights = lamps.map(
    (colour, at) =>
      `<circle cx="${EDGE + 6}" cy="${EDGE + at * CELL.height + CELL.height / 2}" r="6" fill="${COLOURS[colour] ?? ''}"/>`,
  );
  const lines = [
    `<rect width="${width}" height="${height}" rx="6" fill="#1b1b1b"/>`,
    `<rect x="${left - 4}" y="${EDGE - 4}" width="${columns * CELL.width + 8}" height="${rows * CELL.height + 8}" fill="#b5d020"/>`,
    ...lights,
    '<g font-family="monospace" font-size="15" font-weight="bold" text-anchor="middle" fill="#a8c41c">',
    ...cells,
    '</g>',
  ];
  return { width, height, lines };
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

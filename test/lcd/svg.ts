/** An emulated module as a picture. */

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

export function moduleSvg(module: EmulatedModule): string {
  const { columns, rows } = module;
  const lamps = module.lamps();
  const left = EDGE + (lamps.length > 0 ? LAMP : 0);
  const width = left + columns * CELL.width + EDGE;
  const height = 2 * EDGE + Math.max(rows * CELL.height, lamps.length * CELL.height);
  const cells = module.screen().flatMap((row, at) =>
    [...row].map((character, column) => {
      const x = left + column * CELL.width;
      const y = EDGE + at * CELL.height;
      const cell = `<rect x="${x + 0.5}" y="${y + 0.5}" width="${CELL.width - 1}" height="${CELL.height - 1}" fill="#a8c41c"/>`;
      const text = `<text x="${x + CELL.width / 2}" y="${y + 15}">${escaped(character)}</text>`;
      return character === ' ' ? cell : cell + text;
    }),
  );
  const lights = lamps.map(
    (colour, at) =>
      `<circle cx="${EDGE + 6}" cy="${EDGE + at * CELL.height + CELL.height / 2}" r="6" fill="${COLOURS[colour] ?? ''}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(module.name)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#1b1b1b"/>`,
    `<rect x="${left - 4}" y="${EDGE - 4}" width="${columns * CELL.width + 8}" height="${rows * CELL.height + 8}" fill="#b5d020"/>`,
    ...lights,
    '<g font-family="monospace" font-size="15" font-weight="bold" text-anchor="middle" fill="#1c2a00">',
    ...cells,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** A terminal at the console of a box: draws what comes, and answers as a VT100 does. Pictures of its screen, as SVG. */

import { Vt100 } from '../vt100';
import type { Box } from './box';
import { waitFor } from './clock';

const COLUMN = 8.4;
const ROW = 17;
const FONT = 14;
const EDGE = 14;
const TITLE = 30;
/** What SGR makes of a cell: a lamp's colour, or bold. */
const COLOURS: Readonly<Record<string, string>> = { '32': '#57d364', '33': '#f2c14e', '31': '#ff6b5e' };
const INK = '#c9d1d9';
const BOLD_INK = '#ffffff';
const PAPER = '#101418';

export interface Picture {
  readonly title: string;
  readonly screen: Vt100['cells'];
}

export class LabTerminal {
  private readonly terminal = new Vt100();
  /** All that has come. */
  bytes = 0;

  constructor(private readonly box: Box) {
    box.onBytes = (text) => {
      this.bytes += text.length;
      this.terminal.write(text);
      if (this.terminal.answers !== '') box.typeKeys(this.terminal.answers);
      this.terminal.answers = '';
    };
  }

  get text(): string {
    return this.terminal.text.join('\n');
  }

  /** Waits until the screen shows all of these. Resolves to the time. */
  async shows(texts: readonly string[], deadlineMs: number): Promise<number> {
    return waitFor(`${texts.join(', ')} on the panel of ${this.box.name}`, deadlineMs, () => {
      if (this.box.fault !== null) throw new Error(this.box.fault);
      return texts.every((text) => this.text.includes(text)) ? this.box.options.now() : null;
    });
  }

  picture(title: string): Picture {
    return { title, screen: this.terminal.cells.map((row) => [...row]) };
  }

  close(): void {
    this.box.onBytes = null;
  }
}

/** Two beside each other. */
export function screensSvg(pictures: readonly Picture[]): string {
  const [first] = pictures;
  const width = (first?.screen[0]?.length ?? 0) * COLUMN + 2 * EDGE;
  const height = (first?.screen.length ?? 0) * ROW + 2 * EDGE + TITLE;
  const all = pictures.map((picture, at) => {
    const place = `translate(${(at % 2) * (width + EDGE)} ${Math.floor(at / 2) * (height + EDGE)})`;
    return `<g transform="${place}">${screenSvg(picture, width, height - TITLE)}</g>`;
  });
  const whole = { width: 2 * width + EDGE, height: Math.ceil(pictures.length / 2) * (height + EDGE) };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" font-size="${FONT}">`,
    `<title>${escaped(pictures.map(({ title }) => title).join('; '))}</title>`,
    '<style>text{font-family:"DejaVu Sans Mono",Menlo,Consolas,monospace}</style>',
    ...all,
    '</svg>\n',
  ].join('\n');
}

function screenSvg({ title, screen }: Picture, width: number, height: number): string {
  const rows = screen.flatMap((row, at) => {
    const y = TITLE + EDGE + (at + 1) * ROW - 4;
    return runs(row).map(({ from, text, look }) => {
      const words = look.split(';');
      const colour = words.map((word) => COLOURS[word]).find((one) => one !== undefined);
      const fill = colour ?? (words.includes('1') ? BOLD_INK : INK);
      const bold = words.includes('1') ? ' font-weight="bold"' : '';
      const length = (text.length * COLUMN).toFixed(1);
      const x = (EDGE + from * COLUMN).toFixed(1);
      return `<text xml:space="preserve" x="${x}" y="${y}" textLength="${length}" fill="${fill}"${bold}>${escaped(text)}</text>`;
    });
  });
  return [
    `<text x="2" y="20" font-weight="bold" fill="#777777">${escaped(title)}</text>`,
    `<rect y="${TITLE}" width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    ...rows,
  ].join('\n');
}

interface Piece {
  readonly from: number;
  readonly text: string;
  readonly look: string;
}

/** Cells of one look in a row, without the blanks around them. */
function runs(row: Vt100['cells'][number]): readonly Piece[] {
  const pieces: { from: number; text: string; look: string }[] = [];
  for (const [at, { character, look }] of row.entries()) {
    const last = pieces.at(-1);
    if (last !== undefined && (character === ' ' || look === last.look)) last.text += character;
    else if (character !== ' ') pieces.push({ from: at, text: character, look });
  }
  return pieces.map((piece) => ({ ...piece, text: piece.text.trimEnd() }));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

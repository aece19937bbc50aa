/** The display modules that are known: their sizes, keys and lamps, and how a panel's process speaks to one. Data and types only. */

export type Family = 'matrix-orbital' | 'crystalfontz';

export interface LcdModel {
  /** As its maker calls it, e.g. `LK204-25`. */
  readonly name: string;
  readonly family: Family;
  readonly columns: number;
  readonly rows: number;
  readonly hasKeys: boolean;
  /**
   * `one` output without a number; `six` outputs, taken as three lamps of two colours; `leds`: four of two colours. `none`
   * also where it is not known: a byte too many would be drawn.
   */
  readonly outputs: 'none' | 'one' | 'six' | 'leds';
}

/** Of a lamp with a red and a green half; `amber` is both. */
export type Light = 'off' | 'green' | 'amber' | 'red';

/** What a module shows. */
export interface LcdFrame {
  /** As many as the module has, each as long as its row, of the characters of `lcdText`. */
  readonly rows: readonly string[];
  /** Role, peer, links and servers. */
  readonly lights: readonly [Light, Light, Light, Light];
}

export type LcdKey = 'next' | 'previous' | 'test' | 'enter';

/** @property heldMs 0 when the key goes down; more when the module has proved that it was held for so long */
export interface KeyEvent {
  readonly key: LcdKey;
  readonly heldMs: number;
}

/** One module that answers: keeps on it what it is to show, and hears its keys. Pure. */
export interface LcdModule {
  readonly model: LcdModel;
  /** It does not answer any more, or not as itself. */
  readonly isLost: boolean;
  show(frame: LcdFrame): void;
  receive(bytes: Uint8Array, nowMs: number): readonly KeyEvent[];
  /** What goes out next, one command or row; asked for when the line has taken what went before. */
  take(nowMs: number): Uint8Array;
  /** When there may be something to take though nothing new was shown and no byte has come. */
  dueMs(): number;
}

/** In bits/s, in the order in which they are tried: most modules leave the factory with the first. */
export const USUAL_BAUDS: readonly number[] = [19_200, 9600, 115_200];

/** What `panel lcd DEVICE module` may name, and what is known of it by the name alone. */
export const CHOICES: Readonly<Record<string, LcdModel>> = {
  'matrix-orbital-16x2': sized('matrix-orbital', 16, 2),
  'matrix-orbital-20x2': sized('matrix-orbital', 20, 2),
  'matrix-orbital-20x4': sized('matrix-orbital', 20, 4),
  'matrix-orbital-40x2': sized('matrix-orbital', 40, 2),
  'crystalfontz-633': { ...sized('crystalfontz', 16, 2), name: 'CFA633', hasKeys: true },
  'crystalfontz-635': { ...sized('crystalfontz', 20, 4), name: 'CFA635', hasKeys: true, outputs: 'leds' },
};

function sized(family: Family, columns: number, rows: number): LcdModel {
  return {
    name: `Matrix Orbital ${columns}x${rows}`,
    family,
    columns,
    rows,
    hasKeys: false,
    outputs: 'none',
  };
}

const ONE: Pick<LcdModel, 'hasKeys' | 'outputs'> = { hasKeys: false, outputs: 'one' };
const SIX: Pick<LcdModel, 'hasKeys' | 'outputs'> = { hasKeys: true, outputs: 'six' };
const KEYS: Pick<LcdModel, 'hasKeys' | 'outputs'> = { hasKeys: true, outputs: 'none' };

/**
 * Answers to `read module type` (the vendor's manuals, and LCDproc's MtxOrb.c), of text displays whose size is above. Where
 * the two sources differ, the module is left out.
 */
export const MATRIX_ORBITAL_TYPES: ReadonlyMap<number, LcdModel> = new Map(
  (
    [
      [0x02, 'LCD2021', 20, 2, ONE],
      [0x03, 'LCD2021', 20, 2, ONE],
      [0x05, 'LCD2041', 20, 4, ONE],
      [0x06, 'LCD4021', 40, 2, ONE],
      [0x08, 'LK202-25', 20, 2, SIX],
      [0x09, 'LK204-25', 20, 4, SIX],
      [0x0b, 'VFD2021', 20, 2, ONE],
      [0x0c, 'VFD2041', 20, 4, ONE],
      [0x0e, 'VK202-25', 20, 2, SIX],
      [0x0f, 'VK204-25', 20, 4, SIX],
      [0x2b, 'LK204-7T-1U', 20, 4, SIX],
      [0x2c, 'LK204-7T-1U-USB', 20, 4, SIX],
      [0x33, 'LK402-12', 40, 2, KEYS],
      [0x34, 'LK162-12', 16, 2, KEYS],
      [0x35, 'LK204-25PC', 20, 4, SIX],
      [0x36, 'LK202-24-USB', 20, 2, KEYS],
      [0x37, 'VK202-24-USB', 20, 2, KEYS],
      [0x38, 'LK204-24-USB', 20, 4, KEYS],
      [0x39, 'VK204-24-USB', 20, 4, KEYS],
      [0x3a, 'PK162-12', 16, 2, KEYS],
      [0x3b, 'VK162-12', 16, 2, KEYS],
      [0x3d, 'PK202-25', 20, 2, SIX],
      [0x40, 'LK162-12-USB', 16, 2, KEYS],
      [0x49, 'VK402-12', 40, 2, KEYS],
      [0x4b, 'LK402-25', 40, 2, SIX],
      [0x4d, 'PK204-25', 20, 4, SIX],
      [0x55, 'LK202-25-USB', 20, 2, SIX],
      [0x56, 'VK202-25-USB', 20, 2, SIX],
      [0x57, 'LK204-25-USB', 20, 4, SIX],
      [0x58, 'VK204-25-USB', 20, 4, SIX],
      [0x76, 'LK402-25-USB', 40, 2, SIX],
    ] as const
  ).map(([type, name, columns, rows, has]) => [
    type,
    { name, family: 'matrix-orbital', columns, rows, ...has },
  ]),
);

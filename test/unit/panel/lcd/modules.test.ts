import { describe, expect, it } from 'vitest';
import { LcdPanel } from '../../../../src/panel/lcd/lcd-panel';
import { MatrixOrbital } from '../../../../src/panel/lcd/matrix-orbital';
import { MATRIX_ORBITAL_TYPES } from '../../../../src/panel/lcd/model';
import { NOTICE_MS, PAGE_MS, Pager, TEST_MS } from '../../../../src/panel/lcd/pager';
import { type PanelView, panelView } from '../../../../src/panel/view';
import { CrystalFontzEmulator } from '../../../lcd/crystalfontz';
import { Line } from '../../../lcd/line';
import { MatrixOrbitalEmulator } from '../../../lcd/matrix-orbital';
import type { EmulatedModule } from '../../../lcd/module';
import { BOX, STATES } from '../statuses';

/** More than a round of detection takes. */
const FOUND_MS = 6_000;
/** Of the row that blinks, and of a page. */
const SOON_MS = 300;
const KEYS: Readonly<Record<string, readonly [mo: string, cf: string]>> = {
  next: ['C', 'down'],
  previous: ['B', 'up'],
  test: ['A', 'exit'],
  enter: ['E', 'enter'],
};

const orbital = (type: number, name: string, columns: number, rows: number) =>
  new MatrixOrbitalEmulator({ type, name, columns, rows, hasKeys: true, outputs: 6 });

const MODULES: Readonly<Record<string, () => EmulatedModule>> = {
  'LK162-12': () =>
    new MatrixOrbitalEmulator({ type: 0x34, name: 'LK162-12', columns: 16, rows: 2, hasKeys: true }),
  'LK202-25': () => orbital(0x08, 'LK202-25', 20, 2),
  'LK204-25': () => orbital(0x09, 'LK204-25', 20, 4),
  'LK402-25': () => orbital(0x4b, 'LK402-25', 40, 2),
  LCD2041: () => new MatrixOrbitalEmulator({ type: 0x05, name: 'LCD2041', columns: 20, rows: 4, outputs: 1 }),
  'LK204-25 at 9600': () =>
    new MatrixOrbitalEmulator({
      ...{ type: 0x09, name: 'LK204-25', columns: 20, rows: 4, baud: 9600 },
      ...{ hasKeys: true, outputs: 6, repeatMs: 500 },
    }),
  'LK204-25 at 115200': () =>
    new MatrixOrbitalEmulator({
      type: 0x09,
      name: 'LK204-25',
      columns: 20,
      rows: 4,
      baud: 115_200,
      hasKeys: true,
      outputs: 6,
    }),
  CFA633: () => new CrystalFontzEmulator(633),
  CFA635: () => new CrystalFontzEmulator(635),
  'CFA635 at 19200': () => new CrystalFontzEmulator(635, 19_200),
};

const both: PanelView = {
  ...panelView(STATES['peer-lost']!, BOX),
  faults: ['peer-lost', 'server-down'].flatMap((state) => panelView(STATES[state]!, BOX).faults),
};
const viewOf = (state: string): PanelView => panelView(STATES[state]!, BOX);

function attach(
  module: EmulatedModule,
  options: { module?: string; baud?: number | null; hasStandbyKey?: boolean } = {},
) {
  const told: string[] = [];
  let standbys = 0;
  const panel = new LcdPanel(
    { module: 'auto', baud: null, hasStandbyKey: false, ...options },
    {
      setBaud: (baud) => {
        line.baud = baud;
      },
      standby: () => standbys++,
      tell: (sentence) => told.push(sentence),
    },
  );
  const line: Line<PanelView> = new Line(panel, module);
  line.appear();
  const press = (key: string, heldMs = 100): void =>
    module.press(KEYS[key]![module instanceof CrystalFontzEmulator ? 1 : 0], heldMs, line.nowMs);
  return { line, panel, told, press, standbys: () => standbys };
}

describe.each(Object.entries(MODULES))('%s', (_name, make) => {
  it('is detected, and shows the state without breaking a rule of its maker', () => {
    const module = make();
    const { line, told } = attach(module);
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    expect(told).toEqual([`a ${module.name} is at the line, at ${module.baud} bits/s`]);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    line.run(60_000);
    expect(module.errors).toEqual([]);
  });

  it('shows a fault at once, blinking, and its lamps', () => {
    const module = make();
    const { line } = attach(module);
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    const green = module.lamps();
    line.driver.show(viewOf('peer-lost'));
    line.run(SOON_MS);
    expect(module.screen().slice(1).join(' ')).toContain('backup is silent');
    const [words, lamps] = [new Set<string>(), new Set<string>()];
    for (let look = 0; look < 30; look++) {
      line.run(100);
      words.add(module.screen()[0]!.trim());
      lamps.add(module.lamps().join());
    }
    words.delete('PEER LOST');
    expect(words.size).toBe(1);
    expect([...words][0]).toMatch(module.rows === 4 ? /^$/ : /^ACTIVE .*lead$/);
    if (module.lamps().length > 1) {
      expect(green).not.toContain('red');
      expect([...lamps].some((some) => some.includes('red'))).toBe(true);
      expect([...lamps].some((some) => !some.includes('red'))).toBe(true);
    } else expect(lamps.size).toBe(1);
    // One that is new comes before one that is more important, and is known already.
    line.driver.show(both);
    line.run(SOON_MS);
    expect(module.screen().slice(1).join(' ')).toContain('10.0.0.22');
    line.driver.show(viewOf('active'));
    line.run(SOON_MS);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    expect(module.lamps()).toEqual(green);
    expect(module.errors).toEqual([]);
  });

  it('is set up again and redrawn when its power was away', () => {
    const module = make();
    const { line } = attach(module);
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    const lamps = module.lamps();
    module.restart();
    line.run(35_000);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    expect(module.screen().join()).not.toMatch(/MO|CFA/);
    expect(module.lamps()).toEqual(lamps);
    expect(module.errors).toEqual([]);
  });

  it('is found again after it was unplugged, or its port was', () => {
    const module = make();
    const { line, told } = attach(module);
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    line.module = null;
    line.run(60_000);
    expect(told.at(-1)).toBe(`the ${module.name} does not answer any more`);
    module.restart();
    line.module = module;
    line.run(15_000);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    line.vanish();
    module.restart();
    line.run(60_000);
    line.driver.show(viewOf('standby'));
    line.appear();
    line.run(FOUND_MS);
    expect(module.screen()[0]).toMatch(/^STANDBY .*lead$/);
    expect(module.errors).toEqual([]);
  });
});

const WITH_KEYS = Object.entries(MODULES).filter(([name]) => name !== 'LCD2041');

describe.each(WITH_KEYS)('keys of %s', (_name, make) => {
  it('turn pages, there and back, and leave a fault for a while', () => {
    const module = make();
    const { line, press } = attach(module);
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    const turn = (key: string): string => {
      press(key);
      line.run(SOON_MS);
      return module.screen().join('\n');
    };
    turn('next');
    const here = module.screen().join('\n');
    const there = turn('next');
    expect(there).not.toBe(here);
    expect(turn('previous')).toBe(here);
    // Whoever has turned to a page may read it.
    line.run(3 * PAGE_MS);
    expect(module.screen().join('\n')).toBe(here);

    line.driver.show(viewOf('server-down'));
    line.run(SOON_MS);
    expect(module.screen().slice(1).join(' ')).toContain('10.0.0.22');
    for (let at = 0; at < 3; at++) turn('next');
    line.run(PAGE_MS);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    line.driver.show(viewOf('split-suspected'));
    line.run(SOON_MS);
    expect(module.screen().slice(1).join(' ')).toContain('backup is');
    expect(module.errors).toEqual([]);
  });

  it('test the lamps', () => {
    const module = make();
    const { line, press } = attach(module);
    line.driver.show(viewOf('standby'));
    line.run(FOUND_MS);
    press('test');
    line.run(SOON_MS);
    expect(module.screen().every((row) => /^#+$/.test(row))).toBe(true);
    if (module.lamps().length > 1) expect(new Set(module.lamps())).toEqual(new Set(['amber']));
    line.run(TEST_MS);
    expect(module.screen()[0]).toMatch(/^STANDBY .*lead$/);
    expect(module.errors).toEqual([]);
  });

  it('ask for standby when Enter is held for three seconds, once, and only where that is set', () => {
    for (const hasStandbyKey of [false, true]) {
      const module = make();
      const { line, press, panel, standbys } = attach(module, { hasStandbyKey });
      line.driver.show(viewOf('active'));
      line.run(FOUND_MS);
      press('enter', 2_500);
      line.run(2_000);
      expect(module.screen()[0]!.startsWith('HOLD FOR STANDBY')).toBe(hasStandbyKey);
      line.run(4_000);
      expect(standbys()).toBe(0);
      expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
      press('enter', 9_000);
      line.run(4_000);
      expect(standbys()).toBe(hasStandbyKey ? 1 : 0);
      panel.notice('lead hands the group over', line.nowMs);
      line.driver.receive(new Uint8Array());
      line.run(SOON_MS);
      expect(module.screen().join(' ')).toContain('lead hands the');
      line.run(NOTICE_MS + PAGE_MS);
      expect(standbys()).toBe(hasStandbyKey ? 1 : 0);
      // Pressed often is not held.
      for (let at = 0; at < 20; at++) {
        press('enter');
        line.run(500);
      }
      expect(standbys()).toBe(hasStandbyKey ? 1 : 0);
      expect(module.errors).toEqual([]);
    }
  });
});

describe('a Matrix Orbital', () => {
  it('gets no more than it works off, however quick the line to it is', () => {
    const module = orbital(0x09, 'LK204-25', 20, 4);
    const driver = new MatrixOrbital(MATRIX_ORBITAL_TYPES.get(0x09)!, 0x09, 0);
    const pager = new Pager(module, false);
    for (let nowMs = 0; nowMs < 20_000; nowMs++) {
      if (nowMs % 1_000 === 0) pager.show(viewOf(nowMs % 2_000 === 0 ? 'active' : 'peer-lost'), nowMs);
      driver.show(pager.frame(nowMs));
      for (const byte of driver.take(nowMs)) module.receive(byte, nowMs);
      driver.receive(Uint8Array.from(module.answers(nowMs)), nowMs);
    }
    expect(driver.isLost).toBe(false);
    expect(module.errors).toEqual([]);
  });
});

describe('a CrystalFontz', () => {
  it('whose key went up unheard has not held it', () => {
    const module = new CrystalFontzEmulator(635);
    const { line, standbys } = attach(module, { hasStandbyKey: true });
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    line.hear([0x80, 0x01, 0x05, 0x55, 0x84]);
    line.run(10_000);
    expect(standbys()).toBe(0);
    expect(module.errors).toEqual([]);
  });

  it('gets a packet again whose answer was lost, and is looked for anew after three', () => {
    const module = new CrystalFontzEmulator(633);
    const { line, told } = attach(module);
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    module.losses = 2;
    line.driver.show(viewOf('standby'));
    line.run(2_000);
    expect(told).toHaveLength(1);
    expect(module.screen()[0]).toMatch(/^STANDBY .*lead$/);
    module.losses = 3;
    line.driver.show(viewOf('active'));
    line.run(8_000);
    expect(told).toHaveLength(3);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    expect(module.errors).toEqual([]);
  });
});

describe('a module that is configured', () => {
  it('is spoken to though its answers cannot be heard, and draws nothing that it would not understand', () => {
    const options = {
      name: 'mute',
      type: 0x09,
      columns: 20,
      rows: 4,
      isMute: true,
      outputs: 6,
      hasKeys: true,
    } as const;
    const module = new MatrixOrbitalEmulator(options);
    const { line, told } = attach(module, { module: 'matrix-orbital-20x4', baud: 19_200 });
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    expect(told).toEqual(['a Matrix Orbital 20x4 is at the line, at 19200 bits/s']);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    module.restart();
    line.run(60_000);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    expect(module.errors).toEqual([]);
  });

  it('has the size that is configured and the lamps and keys that it answers to have', () => {
    const module = orbital(0x09, 'LK204-25', 20, 4);
    const { line, told } = attach(module, { module: 'matrix-orbital-20x2', baud: null });
    line.driver.show(viewOf('active'));
    line.run(FOUND_MS);
    expect(told).toHaveLength(1);
    expect(module.screen()[2]!.trim()).toBe('');
    expect(module.lamps()).toEqual(['green', 'green', 'green']);
    expect(module.errors).toEqual([]);
  });
});

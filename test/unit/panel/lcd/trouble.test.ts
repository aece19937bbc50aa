import { describe, expect, it } from 'vitest';
import { LcdPanel } from '../../../../src/panel/lcd/lcd-panel';
import { type PanelView, panelView } from '../../../../src/panel/view';
import { CrystalFontzEmulator } from '../../../lcd/crystalfontz';
import { Line } from '../../../lcd/line';
import { MatrixOrbitalEmulator } from '../../../lcd/matrix-orbital';
import type { EmulatedModule } from '../../../lcd/module';
import { generator } from '../../random';
import { ACTIVE, BOX, STATES, withCluster } from '../statuses';

const HOUR_S = 3_600;
const SECOND_MS = 1_000;
/** The longest that one take gives to the line: a row of 40 characters with its command. */
const TAKE_BYTES = 44;
/** Of a driver that waits for nothing. */
const IDLE_STEPS_PER_S = 4;

const MODULES: readonly (() => EmulatedModule)[] = [
  () =>
    new MatrixOrbitalEmulator({
      ...{ type: 0x09, name: 'LK204-25', columns: 20, rows: 4 },
      hasKeys: true,
      outputs: 6,
    }),
  () => new MatrixOrbitalEmulator({ type: 0x34, name: 'LK162-12', columns: 16, rows: 2, hasKeys: true }),
  () => new CrystalFontzEmulator(633),
  () => new CrystalFontzEmulator(635),
];
const viewOf = (state: string): PanelView => panelView(STATES[state]!, BOX);

function attach(module: EmulatedModule | null) {
  const told: string[] = [];
  let standbys = 0;
  const panel = new LcdPanel(
    { module: 'auto', baud: null, hasStandbyKey: true },
    {
      setBaud: (baud) => {
        line.baud = baud;
      },
      standby: () => standbys++,
      tell: (sentence) => told.push(sentence),
    },
  );
  const line: Line<PanelView> = new Line(panel, module);
  line.driver.show(viewOf('active'));
  line.appear();
  return { line, told, standbys: () => standbys };
}

describe.each(MODULES.map((make) => [make().name, make] as const))('with a %s', (_name, make) => {
  it('an hour without a reader keeps nothing waiting but one piece, and costs next to nothing', () => {
    const module = make();
    const { line } = attach(module);
    line.run(5 * SECOND_MS);
    line.isBlocked = true;
    const { steps } = line;
    for (let second = 0; second < HOUR_S; second++) {
      const role = second % 2 === 0 ? 'standby' : 'active';
      line.driver.show(panelView({ status: withCluster({ role, why: String(second) }) }, BOX));
      line.run(SECOND_MS);
    }
    expect(line.most).toBeLessThanOrEqual(TAKE_BYTES);
    expect((line.steps - steps) / HOUR_S).toBeLessThan(IDLE_STEPS_PER_S);
    line.isBlocked = false;
    line.driver.show(viewOf('active'));
    line.run(15 * SECOND_MS);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    expect(module.errors).toEqual([]);
  });

  it('an hour of quiet takes less than a tenth of the line, and the processor hardly anything', () => {
    const module = make();
    const { line } = attach(module);
    line.run(5 * SECOND_MS);
    const { carried, steps } = line;
    line.run(HOUR_S * SECOND_MS);
    expect((line.carried - carried) / HOUR_S).toBeLessThan(module.baud / 100);
    expect((line.steps - steps) / HOUR_S).toBeLessThan(IDLE_STEPS_PER_S);
    expect(module.errors).toEqual([]);
  });

  it('an hour of noise at full line rate asks for nothing, and is survived', () => {
    const below = generator(11);
    const module = make();
    const { line, standbys } = attach(module);
    line.run(5 * SECOND_MS);
    const perGather = Math.floor((module.baud / 10) * 0.02);
    const { steps } = line;
    // In pieces of a minute, of which each has noise in its first second.
    for (let minute = 0; minute < 60; minute++) {
      for (let piece = 0; piece < 50; piece++) {
        line.hear(Array.from({ length: perGather }, () => below(256)));
        line.run(20);
      }
      line.run(59 * SECOND_MS);
    }
    expect(standbys()).toBe(0);
    expect((line.steps - steps) / HOUR_S).toBeLessThan(2 * IDLE_STEPS_PER_S);
    line.run(40 * SECOND_MS);
    expect(module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
    expect(module.errors).toEqual([]);
  });

  it('whatever happens to the line in whatever order, the newest state is shown in the end', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const below = generator(seed);
      const module = make();
      const { line, standbys } = attach(module);
      const states = Object.keys(STATES);
      for (let event = 0; event < 60; event++) {
        const kind = below(7);
        if (kind === 0) line.isBlocked = !line.isBlocked;
        else if (kind === 1) {
          line.vanish();
          line.run(below(3_000));
          line.appear();
        } else if (kind === 2) line.hear(Array.from({ length: below(200) }, () => below(256)));
        else if (kind === 3) line.module = line.module === null ? module : null;
        else if (kind === 4) module.restart();
        else if (kind === 5)
          module.press(['A', 'C', 'enter', 'down'][below(4)]!, 10 + below(1_000), line.nowMs);
        else line.driver.show(viewOf(states[below(states.length)]!));
        line.run(below(8_000));
        expect(line.most).toBeLessThanOrEqual(TAKE_BYTES);
      }
      line.isBlocked = false;
      line.module = module;
      // What was cut in the middle of a command or packet may break a rule; what comes after it must not.
      line.run(60 * SECOND_MS);
      const { length } = module.errors;
      line.driver.show(panelView({ status: ACTIVE }, BOX));
      line.run(60 * SECOND_MS);
      expect(module.screen()[0], `seed ${seed}`).toMatch(/^ACTIVE .*lead$/);
      expect(module.errors.slice(length), `seed ${seed}`).toEqual([]);
      expect(standbys(), `seed ${seed}`).toBe(0);
    }
  });
});

/** Answers whatever Matrix Orbital's questions are, at any speed. */
class Stranger extends MatrixOrbitalEmulator {
  private asked = 0;
  private bytes = 0;

  constructor(private readonly answer: (asked: number) => readonly number[]) {
    super({ type: 0, name: 'stranger', columns: 20, rows: 4 });
  }

  override receive(byte: number, nowMs: number): void {
    if (byte === 0xfe) this.bytes = 1;
    else if (this.bytes === 1) {
      this.bytes = 0;
      if (byte === 0x37 || byte === 0x36)
        this.outbox.send(this.answer(byte === 0x37 ? this.asked++ : 0), nowMs);
    }
  }
}

describe('with no module', () => {
  it('what echoes, babbles or is another terminal is taken for none', () => {
    const below = generator(21);
    const { line, told } = attach(null);
    for (let second = 0; second < 600; second++) {
      const kind = below(4);
      if (kind === 0) line.hear([...'login: '].map((one) => one.charCodeAt(0)));
      else if (kind === 1) line.hear([0xfe, 0x37]);
      else if (kind === 2) line.hear([0x01, 0x00, 0x0f, 0x1e]);
      else line.hear(Array.from({ length: 1 + below(90) }, () => below(256)));
      line.run(200 + below(1_500));
    }
    expect(told).toEqual([]);
  });

  it('an answer is one byte, and the same to the same question', () => {
    const stubs: readonly ((asked: number) => readonly number[])[] = [
      () => [0x09, 0x09],
      () => [0x09, 0x00, 0x00],
      (asked) => [asked % 2 === 0 ? 0x09 : 0x08],
      () => [0x13],
    ];
    for (const answer of stubs) {
      const { line, told } = attach(new Stranger(answer));
      line.run(200 * SECOND_MS);
      expect(told).toEqual([]);
    }
    const { line, told } = attach(new Stranger(() => [0x09]));
    line.run(10 * SECOND_MS);
    expect(told).toHaveLength(1);
  });

  it('the line is asked now and then, and a module that is plugged in is found within seconds', () => {
    const { line, told } = attach(null);
    line.run(HOUR_S * SECOND_MS);
    expect(line.carried / HOUR_S).toBeLessThan(10);
    line.module = new CrystalFontzEmulator(635);
    line.run(12 * SECOND_MS);
    expect(told).toHaveLength(1);
    expect(line.module.screen()[0]).toMatch(/^ACTIVE .*lead$/);
  });
});

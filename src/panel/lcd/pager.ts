/**
 * What a display module shows at each moment: pages turned by time or keys, a fault that takes the display at once and blinks,
 * the lamp test, and the key that is held for standby. Pure; knows no module's bytes.
 */

import type { Fault, Lamp, LampKind, PanelView } from '../view';
import type { KeyEvent, LcdFrame, Light } from './model';
import { faultPages, type Page, page, rowBetween, type Size, statePages } from './pages';
import { wrap } from './text';

/** Pages turn by themselves so often. */
export const PAGE_MS = 4_000;
/** Those of a fault, which are shorter. */
const FAULT_PAGE_MS = 2_400;
/** Whoever presses a key has so long with each page. */
export const KEY_MS = 30_000;
/** So often the word of a fault is away, and a red lamp dark. */
export const BLINK_MS = 1_200;
const DARK_MS = 500;
export const TEST_MS = 2_000;
/** So long Enter is held for `standby`. */
export const STANDBY_HELD_MS = 3_000;
/** It is told what it would do from then on. */
const STANDBY_TOLD_MS = 1_000;
/** A key that was not proved to be down for so long is up. */
const HELD_LAPSE_MS = 1_500;
/** What came of it is shown for so long. */
export const NOTICE_MS = 6_000;
/** Faults that take turns; who has more of them sees the most important. */
const FAULTS_LIMIT = 4;

interface Overlay {
  readonly rows: Page;
  readonly untilMs: number;
  readonly lights?: LcdFrame['lights'];
}

const DARK: LcdFrame['lights'] = ['off', 'off', 'off', 'off'];
const ALL: LcdFrame['lights'] = ['amber', 'amber', 'amber', 'amber'];

export class Pager {
  private faults: readonly Page[] = [];
  private pages: readonly Page[] = [];
  private between = '';
  private known: ReadonlySet<string> = new Set();
  private lights = DARK;
  private overlay: Overlay | null = null;
  /** Since when the pages turn by themselves. */
  private turnMs = 0;
  /** Of the faults, the page of the one that came last. */
  private first = 0;
  /** Somebody turned to this page; null when time turns them. */
  private chosen: { readonly at: number; readonly untilMs: number } | null = null;
  private isAsked = false;

  constructor(
    private readonly size: Size,
    private readonly hasStandbyKey: boolean,
  ) {}

  show(view: PanelView, nowMs: number): void {
    const faults = view.faults.filter(({ level }) => level === 'fault').slice(0, FAULTS_LIMIT);
    const keys = faults.map(({ word, sentence }) => `${word}: ${sentence}`);
    const pages = faults.map((one) => faultPages(one, view, this.size));
    const news = keys.findIndex((key) => !this.known.has(key));
    if (news >= 0) {
      this.chosen = null;
      this.turnMs = nowMs;
      this.first = pages.slice(0, news).flat().length;
    }
    this.known = new Set(keys);
    this.faults = pages.flat();
    this.pages = statePages(view, this.size);
    this.between = rowBetween(view, this.size);
    this.lights = lights(view.lamps, faults);
  }

  /** @returns true: the box is to go standby */
  key({ key, heldMs }: KeyEvent, nowMs: number): boolean {
    if (key === 'enter') return this.enter(heldMs, nowMs);
    if (heldMs > 0) return false;
    if (key === 'test') this.test(nowMs);
    else this.turn(key === 'next' ? 1 : -1, nowMs);
    return false;
  }

  /** Says something for a while, e.g. what came of `standby`. */
  notice(sentence: string, nowMs: number): void {
    this.overlay = { rows: page(wrap(sentence, this.size.columns), this.size), untilMs: nowMs + NOTICE_MS };
  }

  frame(nowMs: number): LcdFrame {
    const { overlay } = this;
    const isDark = nowMs % BLINK_MS < DARK_MS;
    const blink = (light: Light): Light => (light === 'red' && isDark ? 'off' : light);
    const [role, peer, links, servers] = this.lights;
    const shown = overlay !== null && nowMs < overlay.untilMs ? overlay : null;
    return {
      rows: shown?.rows ?? this.current(nowMs, isDark),
      lights: shown?.lights ?? [blink(role), blink(peer), blink(links), blink(servers)],
    };
  }

  /** When the frame may be another one. */
  dueMs(nowMs: number): number {
    const intoBlink = nowMs % BLINK_MS;
    const blinkMs = nowMs - intoBlink + (intoBlink < DARK_MS ? DARK_MS : BLINK_MS);
    const turnMs = nowMs + this.pageMs - (Math.max(0, nowMs - this.turnMs) % this.pageMs);
    const ends = [this.overlay?.untilMs ?? 0, this.chosen?.untilMs ?? 0].filter((ms) => ms > nowMs);
    const isBlinking = this.lights.includes('red') || this.faults.length > 0;
    // A date so near that it is now, but for rounding, would be waited for without any time going by.
    return Math.max(nowMs + 1, Math.min(turnMs, ...ends, isBlinking ? blinkMs : turnMs));
  }

  private current(nowMs: number, isDark: boolean): Page {
    const all = [...this.faults, ...this.pages];
    if (all.length === 0) return page([], this.size);
    if (this.chosen !== null && nowMs >= this.chosen.untilMs) {
      this.chosen = null;
      this.turnMs = nowMs;
    }
    const at = this.chosen?.at ?? this.turned(nowMs);
    const rows = all[Math.min(at, all.length - 1)]!;
    return at < this.faults.length && isDark ? [this.between, ...rows.slice(1)] : rows;
  }

  private get pageMs(): number {
    return this.faults.length > 0 ? FAULT_PAGE_MS : PAGE_MS;
  }

  /** The page that time has come to; as long as there are faults, one of theirs. */
  private turned(nowMs: number): number {
    const count = this.faults.length > 0 ? this.faults.length : this.pages.length;
    const first = this.faults.length > 0 ? this.first : 0;
    return (first + Math.floor(Math.max(0, nowMs - this.turnMs) / this.pageMs)) % count;
  }

  private test(nowMs: number): void {
    const { columns, rows } = this.size;
    const all = new Array<string>(rows).fill('#'.repeat(columns));
    this.overlay = { rows: all, untilMs: nowMs + TEST_MS, lights: ALL };
  }

  private turn(by: number, nowMs: number): void {
    const all = [...this.faults, ...this.pages];
    if (all.length === 0) return;
    const shown = this.overlay !== null && nowMs < this.overlay.untilMs;
    this.overlay = null;
    const at = this.chosen?.at ?? this.turned(nowMs);
    this.chosen = { at: (at + (shown ? 0 : by) + all.length) % all.length, untilMs: nowMs + KEY_MS };
  }

  private enter(heldMs: number, nowMs: number): boolean {
    if (heldMs === 0) this.isAsked = false;
    if (!this.hasStandbyKey || this.isAsked || heldMs < STANDBY_TOLD_MS) return false;
    if (heldMs >= STANDBY_HELD_MS) {
      this.isAsked = true;
      this.notice('STANDBY asked for', nowMs);
      return true;
    }
    const rows = page(
      ['HOLD FOR STANDBY', `${Math.ceil((STANDBY_HELD_MS - heldMs) / 1000)} s more`],
      this.size,
    );
    this.overlay = { rows, untilMs: nowMs + HELD_LAPSE_MS };
    return false;
  }
}

const LIGHT: Readonly<Record<Lamp['state'], Light>> = {
  on: 'green',
  off: 'off',
  warn: 'amber',
  fault: 'red',
};
const WORSE: readonly Light[] = ['off', 'green', 'amber', 'red'];

/** The worst of each kind; where there is no lamp for a fault, the first says it. */
function lights(lamps: readonly Lamp[], faults: readonly Fault[]): LcdFrame['lights'] {
  const worst = (...kinds: readonly LampKind[]): Light =>
    lamps
      .filter(({ kind }) => kinds.includes(kind))
      .reduce<Light>((light, { state }) => {
        const other = LIGHT[state];
        return WORSE.indexOf(other) > WORSE.indexOf(light) ? other : light;
      }, 'off');
  const all = [worst('role'), worst('peer'), worst('serial', 'lan'), worst('server')] as const;
  return faults.length > 0 && !all.includes('red') ? ['red', all[1], all[2], all[3]] : all;
}

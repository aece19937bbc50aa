/** Two lamps on the modem lines of a spare serial port: DTR for ACTIVE, RTS for a fault. Pure. */

import { bytesOf, type Renderer } from './renderer';
import type { PanelView } from './view';

export interface ModemLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** A warning lets the lamp of faults blink, half of this lit and half dark. */
export const BLINK_MS = 1_000;

/** A port that is closed, as after the program has ended, has both dark. */
export function modemLines({ lamps, faults }: PanelView, nowMs: number): ModemLines {
  const isLit = nowMs % BLINK_MS < BLINK_MS / 2;
  return {
    dtr: lamps.some(({ kind, state }) => kind === 'role' && state === 'on'),
    rts: faults.some(({ level }) => level === 'fault') || (faults.length > 0 && isLit),
  };
}

/** When they may be others though nothing new is known; null for never. */
export function modemDueMs({ faults }: PanelView, nowMs: number): number | null {
  const isBlinking = faults.length > 0 && faults.every(({ level }) => level === 'warn');
  return isBlinking ? nowMs + BLINK_MS / 2 - (nowMs % (BLINK_MS / 2)) : null;
}

/** Keeps the lines as the view is; sends and hears nothing. */
export class ModemLamps implements Renderer<PanelView> {
  private view: PanelView | null = null;
  private nextMs: number | null = null;

  /** @param set is called again and again with the same: a device may have been away */
  constructor(private readonly set: (lines: ModemLines) => void) {}

  show(view: PanelView): void {
    this.view = view;
  }

  restart(): void {}

  receive(): boolean {
    return false;
  }

  take(nowMs: number): Uint8Array {
    if (this.view !== null) {
      this.set(modemLines(this.view, nowMs));
      this.nextMs = modemDueMs(this.view, nowMs);
    }
    return bytesOf('');
  }

  dueMs(): number | null {
    return this.nextMs;
  }
}

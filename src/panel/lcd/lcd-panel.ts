/**
 * The panel on a display module: finds the module, keeps on it what the pager shows, begins anew when it is gone, and hands
 * on what its keys ask for. Pure.
 */

import type { Renderer } from '../renderer';
import type { PanelView } from '../view';
import { NOTHING } from './bytes';
import { CrystalFontz } from './crystalfontz';
import { MatrixOrbital } from './matrix-orbital';
import type { LcdModule } from './model';
import { Pager } from './pager';
import { type Found, Probe } from './probe';

export interface LcdOptions {
  /** `auto`, or a name of `CHOICES`. */
  readonly module: string;
  /** In bits/s; null to try the usual ones. */
  readonly baud: number | null;
  /** Enter, held, asks for `standby`. */
  readonly hasStandbyKey: boolean;
}

/** What a panel asks of its process. */
export interface LcdHands {
  /** All that was sent before has gone. @param baud in bits/s */
  setBaud(baud: number): void;
  /** Asks the supervisor; what comes of it is told to `notice`. */
  standby(): void;
  /** For the log: one sentence. */
  tell(sentence: string): void;
}

export class LcdPanel implements Renderer<PanelView> {
  private probe: Probe;
  private module: LcdModule | null = null;
  private pager: Pager | null = null;
  private view: PanelView | null = null;
  private lineBaud: number | null = null;
  private pagerMs = 0;

  constructor(
    private readonly options: LcdOptions,
    private readonly hands: LcdHands,
  ) {
    this.probe = new Probe(options.module, options.baud);
  }

  show(view: PanelView, nowMs: number): void {
    this.view = view;
    this.pager?.show(view, nowMs);
  }

  restart(): void {
    this.lineBaud = null;
    this.search();
  }

  receive(bytes: Uint8Array, nowMs: number): boolean {
    if (this.module === null) this.probe.receive(bytes);
    else
      for (const event of this.module.receive(bytes, nowMs))
        if (this.pager?.key(event, nowMs)) this.hands.standby();
    return false;
  }

  /** Says what came of something that a key asked for. */
  notice(sentence: string, nowMs: number): void {
    this.pager?.notice(sentence, nowMs);
  }

  take(nowMs: number): Uint8Array {
    if (this.module?.isLost) {
      this.hands.tell(`the ${this.module.model.name} does not answer any more`);
      this.search();
    }
    const bytes = this.module === null ? this.ask(nowMs) : NOTHING;
    if (this.module === null || this.pager === null) return bytes;
    this.module.show(this.pager.frame(nowMs));
    this.pagerMs = this.pager.dueMs(nowMs);
    return this.module.take(nowMs);
  }

  dueMs(): number {
    return this.module === null ? this.probe.dueMs() : Math.min(this.pagerMs, this.module.dueMs());
  }

  private search(): void {
    this.module = null;
    this.pager = null;
    this.probe = new Probe(this.options.module, this.options.baud);
  }

  private ask(nowMs: number): Uint8Array {
    const bytes = this.probe.take(nowMs);
    const { found } = this.probe;
    this.tune(found?.baud ?? this.probe.lineBaud);
    if (found !== null) this.start(found, nowMs);
    return bytes;
  }

  private tune(baud: number): void {
    if (baud === this.lineBaud) return;
    this.lineBaud = baud;
    this.hands.setBaud(baud);
  }

  private start({ model, type, baud }: Found, nowMs: number): void {
    this.module =
      model.family === 'crystalfontz'
        ? new CrystalFontz(model, nowMs)
        : new MatrixOrbital(model, type, nowMs);
    this.pager = new Pager(model, this.options.hasStandbyKey);
    if (this.view !== null) this.pager.show(this.view, nowMs);
    this.hands.tell(`a ${model.name} is at the line, at ${baud} bits/s`);
  }
}

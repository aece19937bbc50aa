/** An emulated display module at a box's third serial port. */

import { CrystalFontzEmulator } from '../lcd/crystalfontz';
import { MatrixOrbitalEmulator } from '../lcd/matrix-orbital';
import type { EmulatedModule } from '../lcd/module';
import type { Box } from './box';
import { waitFor } from './clock';

const ANSWER_LOOK_MS = 5;

export class LabLcd {
  private readonly look: NodeJS.Timeout;

  constructor(
    private readonly box: Box,
    readonly module: EmulatedModule,
  ) {
    box.onModuleBytes = (bytes) => {
      for (const byte of bytes) module.receive(byte, performance.now());
    };
    this.look = setInterval(() => {
      const bytes = module.answers(performance.now());
      if (bytes.length > 0) box.sendModule(Uint8Array.from(bytes));
    }, ANSWER_LOOK_MS);
  }

  /** @returns when all of these were to be read */
  shows(texts: readonly string[], deadlineMs: number): Promise<number> {
    return waitFor(`${texts.join(', ')} on the ${this.module.name} of ${this.box.name}`, deadlineMs, () => {
      const text = this.module.screen().join('\n');
      return texts.every((one) => text.includes(one)) ? this.box.options.now() : null;
    });
  }

  press(key: string, heldMs: number): void {
    this.module.press(key, heldMs, performance.now());
  }

  close(): void {
    clearInterval(this.look);
    this.box.onModuleBytes = null;
  }
}

export const labModules = {
  lead: () => new CrystalFontzEmulator(635),
  backup: () =>
    new MatrixOrbitalEmulator({
      type: 0x09,
      name: 'LK204-25',
      columns: 20,
      rows: 4,
      hasKeys: true,
      outputs: 6,
    }),
} as const;

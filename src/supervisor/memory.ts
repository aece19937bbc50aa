/** What a box keeps over a loss of power: the maintenance flag. One line in one file. */

import type { Host } from '../host/host';
import { KeptFile } from './kept-file';

const LINE = { on: 'maintenance on\n', off: 'maintenance off\n' } as const;

export class Memory {
  private readonly kept: KeptFile;

  constructor(
    private readonly host: Pick<Host, 'readFile' | 'saveFile' | 'log'>,
    private readonly file: string,
  ) {
    this.kept = new KeptFile(host, file, (text, fault) => {
      if (fault === null) return;
      const flag = text === LINE.on ? 'on' : 'off';
      const sentence = `maintenance ${flag} holds until the next boot only: ${fault}`;
      this.host.log('error', 'state-not-saved', sentence);
    });
  }

  /** The flag as it was kept. A file that is missing or cannot be understood means off, and the latter is reported. */
  recall(): boolean {
    const text = this.host.readFile(this.file);
    if (!text.ok || text.value === LINE.off) return false;
    if (text.value === LINE.on) return true;
    const sentence = `${this.file} says neither "maintenance on" nor "maintenance off"; taken for off`;
    this.host.log('error', 'state-garbled', sentence);
    return false;
  }

  remember(maintenance: boolean): void {
    this.kept.save(maintenance ? LINE.on : LINE.off);
  }
}

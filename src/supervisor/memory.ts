/** What a box keeps over a loss of power: the maintenance flag. One line in one file, which is saved one at a time. */

import type { Host } from '../host/host';

const LINE = { on: 'maintenance on\n', off: 'maintenance off\n' } as const;

export class Memory {
  private saving = false;
  /** What has come up while something else is being saved; only the newest counts. */
  private next: boolean | null = null;

  constructor(
    private readonly host: Pick<Host, 'readFile' | 'saveFile' | 'log'>,
    private readonly file: string,
  ) {}

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
    if (this.saving) {
      this.next = maintenance;
      return;
    }
    this.saving = true;
    this.host.saveFile(this.file, maintenance ? LINE.on : LINE.off, (saved) => {
      this.saving = false;
      if (!saved.ok) {
        const flag = maintenance ? 'on' : 'off';
        const sentence = `maintenance ${flag} holds until the next boot only: ${saved.error}`;
        this.host.log('error', 'state-not-saved', sentence);
      }
      const { next } = this;
      this.next = null;
      if (next !== null) this.remember(next);
    });
  }
}

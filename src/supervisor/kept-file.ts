/** A small file that a box keeps over a loss of power. Saved one at a time; of what comes up meanwhile, the newest counts. */

import type { Host } from '../host/host';

export class KeptFile {
  private saving = false;
  private next: string | null = null;

  /** @param onSaved told for each text that was saved, or was not, and why not */
  constructor(
    private readonly host: Pick<Host, 'saveFile'>,
    private readonly file: string,
    private readonly onSaved: (text: string, fault: string | null) => void,
  ) {}

  save(text: string): void {
    if (this.saving) {
      this.next = text;
      return;
    }
    this.saving = true;
    this.host.saveFile(this.file, text, (saved) => {
      this.saving = false;
      this.onSaved(text, saved.ok ? null : saved.error);
      const { next } = this;
      this.next = null;
      if (next !== null) this.save(next);
    });
  }
}

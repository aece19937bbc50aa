/** Programs on a terminal of their own, as script(1) of util-linux makes one. */

import { type ChildProcess, spawn } from 'node:child_process';

/** A program on a terminal of its own (script(1)). */
export class Session {
  private said = '';
  private wake: () => void = () => {};
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  constructor(command: string) {
    this.child = spawn('script', ['-qfc', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout!.on('data', (bytes: Buffer) => {
      this.said += bytes.toString('latin1');
      this.wake();
    });
    this.ended = new Promise((resolve) => this.child.on('close', () => resolve()));
  }

  /** What was said up to and with `text`; forgotten then. */
  async until(text: string): Promise<string> {
    let at = this.said.indexOf(text);
    for (; at < 0; at = this.said.indexOf(text)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const found = this.said.slice(0, at + text.length);
    this.said = this.said.slice(at + text.length);
    return found;
  }

  type(text: string): void {
    this.child.stdin!.write(text);
  }
}

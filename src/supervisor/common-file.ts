/**
 * Keeps what this box's configuration replaces (following/relation.ts) over a loss of power: one line, `REVISION MARK...`.
 * Without it nothing is lost: where the boxes differ then, their revisions decide, or an operator.
 */

import { type Common, MARKS_LIMIT } from '../following/relation';
import type { Host } from '../host/host';
import { KeptFile } from './kept-file';

const LINE = /^([1-9]\d{0,8})((?: [0-9a-f]{16})+)\n$/;

export class CommonFile {
  private readonly kept: KeptFile;

  constructor(
    private readonly host: Pick<Host, 'readFile' | 'saveFile' | 'log'>,
    private readonly file: string,
  ) {
    this.kept = new KeptFile(host, file, (_, fault) => {
      if (fault !== null) host.log('error', 'state-not-saved', `what both boxes have is not noted: ${fault}`);
    });
  }

  /** Null where there is none, or it cannot be understood. */
  recall(): Common | null {
    const text = this.host.readFile(this.file);
    const [, revision = '', marks = ''] = text.ok ? (LINE.exec(text.value) ?? []) : [];
    const words = marks.split(' ').slice(1);
    return revision === '' || words.length > MARKS_LIMIT
      ? null
      : { revision: Number(revision), marks: words };
  }

  remember({ revision, marks }: Common): void {
    this.kept.save(`${[revision, ...marks].join(' ')}\n`);
  }
}

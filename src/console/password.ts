/** The operator's password: kept as a crypt(5) hash in one file. Never shown, logged or kept otherwise. */

import type { World } from './world';

const FILE = 'password';
/** crypt(5): SHA-512 with its usual 5,000 rounds: a few tenths of a second on a Pentium II. */
const METHOD = '$6$';
const SALT_BYTES = 12;
const SALT_LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export class PasswordFile {
  constructor(private readonly world: Pick<World, 'readFile' | 'saveFile' | 'crypt' | 'random' | 'folder'>) {}

  get isSet(): boolean {
    return this.hash !== '';
  }

  isRight(password: string): boolean {
    const { hash } = this;
    const found = this.world.crypt(password, hash);
    // Takes as long for every wrong one.
    return found !== null && found.length === hash.length && differences(found, hash) === 0;
  }

  /** @returns why it could not be kept, in one sentence, or null */
  set(password: string): string | null {
    const salt = [...this.world.random(SALT_BYTES)].map((byte) => SALT_LETTERS[byte & 63]).join('');
    const hash = this.world.crypt(password, `${METHOD}${salt}$`);
    if (hash === null) return 'The password cannot be kept: this system has no SHA-512 crypt.';
    const saved = this.world.saveFile(`${this.world.folder}/${FILE}`, `${hash}\n`);
    return saved.ok ? null : `The password cannot be kept: ${saved.error}.`;
  }

  private get hash(): string {
    const file = this.world.readFile(`${this.world.folder}/${FILE}`);
    return file.ok ? file.value.trim() : '';
  }
}

function differences(a: string, b: string): number {
  let bits = 0;
  for (let at = 0; at < a.length; at++) bits |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return bits;
}

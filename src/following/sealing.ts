/**
 * Encryption of what goes over a network that others may listen to: XChaCha20-Poly1305 under a key that is made of the
 * heartbeat's. It is ChaCha20-Poly1305 (RFC 8439) with a nonce so long that random ones never meet
 * (draft-irtf-cfrg-xchacha-03): nothing has to be remembered over a restart. Knows no message.
 */

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { toBytes, toText } from '../cluster/message';
import { utf8 } from '../cluster/signature';
import type { AuthConfig, AuthKey } from '../config/config';
import type { Host } from '../host/host';

/** Makes another key of the secret than the heartbeat's signatures have. */
const LABEL = toBytes('understudy sealing 1');
const NONCE_BYTES = 24;
const SEALED = /^(\d{1,2})\.([\w-]{54,})$/;

export class Sealing {
  constructor(
    private readonly host: Pick<Host, 'mac' | 'random'>,
    private auth: AuthConfig,
  ) {}

  /** Other keys from now on. */
  setAuth(auth: AuthConfig): void {
    this.auth = auth;
  }

  /** Whether the key that signs is a secret at all: `crc` is none. */
  get isPossible(): boolean {
    return this.key(this.auth.signWith) !== null;
  }

  /**
   * By the key that signs.
   * @param about what it is part of; only who says the same can open it
   * @returns letters, digits, `.`, `-` and `_`; null where the key is none
   */
  seal(text: string, about: string): string | null {
    const { signWith } = this.auth;
    const key = this.key(signWith);
    if (key === null) return null;
    const nonce = this.host.random(NONCE_BYTES);
    const sealed = xchacha20poly1305(key, nonce, utf8(about)).encrypt(utf8(text));
    const bytes = new Uint8Array(nonce.length + sealed.length);
    bytes.set(nonce);
    bytes.set(sealed, nonce.length);
    return `${signWith}.${base64url(bytes)}`;
  }

  /** @returns the text; null for anything that was not sealed by a key of this box, for this */
  open(sealed: string, about: string): string | null {
    const [, id = '', letters = ''] = SEALED.exec(sealed) ?? [];
    const key = this.key(Number(id));
    if (key === null || letters === '') return null;
    const bytes = bytesOf(letters);
    const cipher = xchacha20poly1305(key, bytes.subarray(0, NONCE_BYTES), utf8(about));
    try {
      return fromUtf8(cipher.decrypt(bytes.subarray(NONCE_BYTES)));
    } catch {
      return null;
    }
  }

  private key(id: number): Uint8Array | null {
    const key: AuthKey | undefined = this.auth.keys.find((one) => one.id === id);
    if (key === undefined || key.method === 'crc' || key.secret === '') return null;
    return new Uint8Array(this.host.mac.hmac('sha256', utf8(key.secret), LABEL));
  }
}

/** RFC 4648, section 5, without padding. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const count = Math.min(4, bytes.length - at + 1);
    for (let place = 0; place < count; place++) text += LETTERS[(three >> (18 - 6 * place)) & 63];
  }
  return text;
}

function bytesOf(letters: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  for (let at = 0, from = 0; at < bytes.length; at += 3, from += 4) {
    let three = 0;
    for (let place = 0; place < 4; place++)
      three = (three << 6) | Math.max(0, LETTERS.indexOf(letters[from + place] ?? 'A'));
    bytes[at] = three >> 16;
    if (at + 1 < bytes.length) bytes[at + 1] = (three >> 8) & 0xff;
    if (at + 2 < bytes.length) bytes[at + 2] = three & 0xff;
  }
  return bytes;
}

/** @throws URIError for bytes that are none */
function fromUtf8(bytes: Uint8Array): string {
  return decodeURIComponent(
    toText(bytes).replace(/[^ -$&-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`),
  );
}

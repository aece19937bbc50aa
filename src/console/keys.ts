/**
 * From the bytes of a terminal to keys: UTF-8, control characters, and the escape sequences of VT100, xterm, rxvt, PuTTY
 * and Linux. Noise of a serial line gives at worst some keys more or less. Remembers a few bytes; knows no line. Pure:
 * time comes in as the news that nothing more came.
 */

/** What a key is for, not how it is labelled: ^A and Home are the same. */
export type Command =
  | 'enter'
  | 'tab'
  | 'backspace'
  | 'delete'
  | 'delete-or-end'
  | 'escape'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'word-left'
  | 'word-right'
  | 'kill-to-end'
  | 'kill-to-start'
  | 'kill-word'
  | 'kill-word-left'
  | 'kill-word-right'
  | 'yank'
  | 'transpose'
  | 'clear'
  | 'search'
  | 'cancel'
  | 'interrupt'
  /** Marks around what a terminal with bracketed paste sends when text is pasted. */
  | 'paste-start'
  | 'paste-end';

/** A key, or characters that stand for themselves. A `?` comes alone, and never in a longer text. */
export type Key = Command | { readonly text: string };

/** Characters that come as one text. */
const TEXT_LIMIT = 256;
/** Bytes of one escape sequence; what goes on longer is noise. */
const SEQUENCE_LIMIT = 16;

const ESCAPE = 0x1b;
const DELETE = 0x7f;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUESTION = 0x3f;

const CONTROLS: readonly (Command | null)[] = [
  /* NUL */ null,
  /* ^A */ 'home',
  /* ^B */ 'left',
  /* ^C */ 'interrupt',
  /* ^D */ 'delete-or-end',
  /* ^E */ 'end',
  /* ^F */ 'right',
  /* ^G */ 'cancel',
  /* ^H */ 'backspace',
  /* ^I */ 'tab',
  /* ^J */ 'enter',
  /* ^K */ 'kill-to-end',
  /* ^L */ 'clear',
  /* ^M */ 'enter',
  /* ^N */ 'down',
  /* ^O */ null,
  /* ^P */ 'up',
  /* ^Q */ null,
  /* ^R */ 'search',
  /* ^S */ null,
  /* ^T */ 'transpose',
  /* ^U */ 'kill-to-start',
  /* ^V */ null,
  /* ^W */ 'kill-word',
  /* ^X */ null,
  /* ^Y */ 'yank',
];

/** Behind ESC. */
const META: Readonly<Record<string, Command>> = {
  b: 'word-left',
  f: 'word-right',
  d: 'kill-word-right',
  '\x7f': 'kill-word-left',
  '\b': 'kill-word-left',
};

/** Behind ESC [ or ESC O. The small letters are rxvt's, with Ctrl. */
const FINALS: Readonly<Record<string, Command>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  c: 'word-right',
  d: 'word-left',
};

/** Behind ESC [, before ~. */
const NUMBERED: Readonly<Record<string, Command>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  7: 'home',
  8: 'end',
  200: 'paste-start',
  201: 'paste-end',
};

/** Whether the sequence ends in the number of a modifier with Alt or Ctrl (xterm, "PC-style function keys"). */
const WITH_MODIFIER = /^(?:1;)?[3-8]$/;

type State =
  | 'ground'
  | 'escape'
  /** Behind ESC [: numbers and signs up to a letter. */
  | 'sequence'
  /** Behind ESC O: one letter. */
  | 'letter'
  /** Behind ESC [ [ of the Linux console: one letter, of a function key. */
  | 'function'
  | 'character';

export class KeyReader {
  private state: State = 'ground';
  private sequence = '';
  /** Of a character in UTF-8: what is known of it, the bytes that must follow, and the least that needs so many. */
  private code = 0;
  private missing = 0;
  private least = 0;
  private afterReturn = false;

  /** Place behind the last byte that `read` has taken. */
  taken = 0;

  /** Whether the keys so far may be the beginning of another: see `expire`. */
  get isPending(): boolean {
    return this.state !== 'ground';
  }

  /**
   * The next key from `bytes`, between `from` and `to`; null when they are all taken and none is finished.
   * `taken` tells where to go on.
   */
  read(bytes: Uint8Array, from: number, to: number): Key | null {
    for (let at = from; at < to; ) {
      if (this.state === 'ground' && isPlain(bytes[at]!)) {
        this.afterReturn = false;
        return this.text(bytes, at, to);
      }
      const key = this.take(bytes[at]!);
      if (key !== 'again') at += 1;
      if (key !== null && key !== 'again') {
        this.taken = at;
        return key;
      }
    }
    this.taken = to;
    return null;
  }

  /** Nothing more came for a while: a lone ESC is a key, and the rest of anything else is lost. */
  expire(): Key | null {
    const isEscape = this.state === 'escape';
    this.state = 'ground';
    return isEscape ? 'escape' : null;
  }

  private text(bytes: Uint8Array, from: number, to: number): Key {
    const end = Math.min(to, from + TEXT_LIMIT);
    let at = from + 1;
    if (bytes[from] !== QUESTION) while (at < end && isPlain(bytes[at]!) && bytes[at] !== QUESTION) at += 1;
    this.taken = at;
    return { text: String.fromCharCode(...bytes.subarray(from, at)) };
  }

  /** @returns `again` where the byte ends what came before, and is to be read anew */
  private take(byte: number): Key | 'again' | null {
    switch (this.state) {
      case 'ground':
        return byte < 0x80 ? this.control(byte) : this.lead(byte);
      case 'character':
        return this.follow(byte);
      case 'escape':
        return this.escape(byte);
      default:
        return this.inSequence(byte);
    }
  }

  private control(byte: number): Key | null {
    const isSecondEnd = byte === LINE_FEED && this.afterReturn;
    // Line breaks of Windows are one; a NUL after a carriage return is telnet's.
    if (byte !== 0) this.afterReturn = byte === RETURN;
    if (isSecondEnd) return null;
    if (byte === ESCAPE) this.state = 'escape';
    return byte === DELETE ? 'backspace' : (CONTROLS[byte] ?? null);
  }

  /** First byte of a character of several (RFC 3629). */
  private lead(byte: number): null {
    this.afterReturn = false;
    if (byte < 0xc2 || byte > 0xf4) return null;
    this.state = 'character';
    this.missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.least = byte < 0xe0 ? 0x80 : byte < 0xf0 ? 0x800 : 0x10000;
    this.code = byte & (0x3f >> this.missing);
    return null;
  }

  private follow(byte: number): Key | 'again' | null {
    if ((byte & 0xc0) !== 0x80) {
      this.state = 'ground';
      return 'again';
    }
    this.code = (this.code << 6) | (byte & 0x3f);
    this.missing -= 1;
    if (this.missing > 0) return null;
    this.state = 'ground';
    return isText(this.code, this.least) ? { text: String.fromCodePoint(this.code) } : null;
  }

  private escape(byte: number): Key | 'again' | null {
    const character = String.fromCharCode(byte);
    const meta = META[character];
    // Twice: the first was a key.
    if (byte === ESCAPE) return 'escape';
    this.state = 'ground';
    if (meta !== undefined) return meta;
    // Noise must not swallow an Enter.
    if (byte < SPACE || byte >= DELETE) return 'again';
    this.sequence = '';
    if (character === '[') this.state = 'sequence';
    else if (character === 'O') this.state = 'letter';
    return null;
  }

  private inSequence(byte: number): Key | 'again' | null {
    const character = String.fromCharCode(byte);
    const { state } = this;
    if (byte < SPACE || byte >= DELETE) {
      this.state = 'ground';
      return 'again';
    }
    if (state === 'sequence' && byte < 0x40) {
      this.sequence += character;
      if (this.sequence.length >= SEQUENCE_LIMIT) this.state = 'ground';
      return null;
    }
    this.state = 'ground';
    if (state === 'function') return null;
    if (state === 'sequence' && character === '[' && this.sequence === '') {
      this.state = 'function';
      return null;
    }
    return named(this.sequence, character);
  }
}

function named(numbers: string, final: string): Command | null {
  if (final === '~') return NUMBERED[numbers.split(';')[0]!] ?? null;
  const key = FINALS[final] ?? null;
  if (numbers === '') return key;
  if (!WITH_MODIFIER.test(numbers)) return numbers === '1;2' ? key : null;
  if (key === 'left') return 'word-left';
  return key === 'right' ? 'word-right' : key;
}

/** A character of ASCII that stands for itself. */
function isPlain(byte: number): boolean {
  return byte >= SPACE && byte < DELETE;
}

/** Neither written too long, nor a surrogate, nor a control character of ISO 8859 or the mark of byte order. */
function isText(code: number, least: number): boolean {
  if (code < least || code > 0x10ffff) return false;
  return code >= 0xa0 && (code < 0xd800 || code > 0xdfff) && code !== 0xfeff;
}

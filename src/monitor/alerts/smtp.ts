/**
 * One mail to one relay: the client's side of SMTP (RFC 5321), without its extensions, as the mail is plain ASCII. Pure:
 * what the relay says goes in, what to say comes out. Believes nothing that is not said in its turn.
 */

import type { ExchangeReply, Result } from '../../host/host';

/** Of one reply; RFC 5321 has 512 of a line, and knows no limit of lines. */
export const REPLY_LIMIT_BYTES = 4096;
/** Characters of a reply that are quoted. */
const QUOTE_LIMIT = 120;

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
  /** As of RFC 5322, with CR LF. */
  readonly message: string;
}

/** A recipient that the relay did not take, and what it said. */
export interface Refused {
  readonly to: string;
  readonly said: string;
}

export type SmtpOutcome =
  /** @property later recipients that the relay may take another time */
  | { readonly type: 'sent'; readonly refused: readonly Refused[]; readonly later: readonly string[] }
  /** @property about whether the relay takes nothing now, or only not this mail */
  | { readonly type: 'later'; readonly about: 'relay' | 'mail'; readonly why: string }
  | { readonly type: 'refused'; readonly why: string };

type Stage = 'greeting' | 'ehlo' | 'helo' | 'from' | 'to' | 'data' | 'message' | 'quit';

/** What is waited for, for sentences. */
const STAGES: Readonly<Record<Stage, string>> = {
  greeting: 'its greeting',
  ehlo: 'the answer to EHLO',
  helo: 'the answer to HELO',
  from: 'the answer to MAIL',
  to: 'the answer to RCPT',
  data: 'the answer to DATA',
  message: 'the answer to the mail',
  quit: 'the answer to QUIT',
};

/** @property code of three digits; @property text the last line as it came, in printable ASCII */
interface Reply {
  readonly code: number;
  readonly text: string;
}

export class SmtpDialogue {
  private stage: Stage = 'greeting';
  /** Bytes that have been read. */
  private at = 0;
  private recipient = 0;
  private readonly refused: Refused[] = [];
  private readonly later: string[] = [];
  private result: SmtpOutcome | null = null;

  constructor(
    private readonly mail: Envelope,
    private readonly hostname: string,
  ) {}

  /** Whether the relay has the mail, whatever becomes of the connection now. */
  get isSent(): boolean {
    return this.result?.type === 'sent';
  }

  /**
   * @param bytes all that has come, from the beginning
   * @returns what to say now, null to wait, `enough` to close
   */
  hear(bytes: Uint8Array): Uint8Array | 'enough' | null {
    if (this.result !== null) return 'enough';
    const reply = this.read(bytes);
    if (reply === null)
      return bytes.length - this.at > REPLY_LIMIT_BYTES ? this.nonsense('an endless reply') : null;
    if (typeof reply === 'string') return this.nonsense(JSON.stringify(reply));
    // What stands behind the reply was said before the question: the two sides would not mean the same. Once the mail is
    // taken, that is no matter.
    if (this.stage !== 'message' && this.at < bytes.length)
      return this.nonsense(`${JSON.stringify(reply.text)} and more`);
    const said = this.take(reply);
    return said === 'enough' ? said : bytesOf(said);
  }

  /** What came of it, once the connection has ended. */
  outcome(end: Result<ExchangeReply>): SmtpOutcome {
    if (this.result !== null) return this.result;
    if (!end.ok) return relayFault(end.error);
    const what = end.value.end === 'limit' ? 'it says too much for' : 'it hung up before';
    return relayFault(`${what} ${STAGES[this.stage]}`);
  }

  private take({ code, text }: Reply): string | 'enough' {
    const isGood = code >= 200 && code < 300;
    if (code === 421) return this.fail(relayFault(`it says ${JSON.stringify(text)}`));
    switch (this.stage) {
      case 'greeting':
        return code === 220 ? this.say('ehlo', `EHLO ${this.hostname}`) : this.fail(this.notNow(text));
      case 'ehlo':
        if (code >= 500) return this.say('helo', `HELO ${this.hostname}`);
        return isGood ? this.say('from', `MAIL FROM:<${this.mail.from}>`) : this.fail(this.notNow(text));
      case 'helo':
        return isGood ? this.say('from', `MAIL FROM:<${this.mail.from}>`) : this.fail(this.notNow(text));
      case 'from':
        return isGood ? this.nextRecipient() : this.fail(this.notThis(code, text));
      case 'to':
        return this.recipientTaken(code, text);
      case 'data':
        return code === 354 ? this.message() : this.fail(this.notThis(code, text));
      case 'message':
        if (!isGood) return this.fail(this.notThis(code, text));
        this.result = { type: 'sent', refused: this.refused, later: this.later };
        return this.say('quit', 'QUIT');
      case 'quit':
        return 'enough';
    }
  }

  private nextRecipient(): string {
    return this.say('to', `RCPT TO:<${this.mail.to[this.recipient]}>`);
  }

  private recipientTaken(code: number, text: string): string | 'enough' {
    const to = this.mail.to[this.recipient] ?? '';
    if (code >= 500) this.refused.push({ to, said: text });
    else if (code < 200 || code >= 300) this.later.push(to);
    this.recipient += 1;
    if (this.recipient < this.mail.to.length) return this.nextRecipient();
    if (this.refused.length + this.later.length < this.mail.to.length) return this.say('data', 'DATA');
    const why = this.told(text);
    return this.fail(
      this.later.length > 0 ? { type: 'later', about: 'mail', why } : { type: 'refused', why },
    );
  }

  /** A line of one dot ends the message, so lines that begin with one get another (RFC 5321, 4.5.2). */
  private message(): string {
    this.stage = 'message';
    return `${this.mail.message.replace(/^\./gm, '..')}.\r\n`;
  }

  private say(stage: Stage, line: string): string {
    this.stage = stage;
    return `${line}\r\n`;
  }

  private fail(outcome: SmtpOutcome): 'enough' {
    this.result = outcome;
    return 'enough';
  }

  private told(text: string): string {
    return `where ${STAGES[this.stage]} was expected, it said ${JSON.stringify(text)}`;
  }

  private notNow(text: string): SmtpOutcome {
    return relayFault(this.told(text));
  }

  private notThis(code: number, text: string): SmtpOutcome {
    const why = this.told(text);
    return code >= 500 ? { type: 'refused', why } : { type: 'later', about: 'mail', why };
  }

  private nonsense(what: string): 'enough' {
    return this.fail(
      relayFault(`where ${STAGES[this.stage]} was expected, it said ${what}, which is not SMTP`),
    );
  }

  /** @returns the next whole reply, null while there is none, or the line that is none */
  private read(bytes: Uint8Array): Reply | string | null {
    let from = this.at;
    for (let end = bytes.indexOf(10, from); end !== -1; end = bytes.indexOf(10, from)) {
      const text = lineText(bytes.subarray(from, bytes[end - 1] === 13 ? end - 1 : end));
      from = end + 1;
      const [, code, hyphen] = /^([2-5]\d\d)(-| |$)/.exec(text) ?? [];
      if (code === undefined) return text;
      if (hyphen === '-') continue;
      this.at = from;
      return { code: Number(code), text };
    }
    return null;
  }
}

function relayFault(why: string): SmtpOutcome {
  return { type: 'later', about: 'relay', why };
}

function lineText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, QUOTE_LIMIT))
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  return text;
}

/** Of ASCII. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

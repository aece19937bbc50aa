/**
 * Who may use the console: the one operator, who knows the password. Owns questions, delays and time-outs; never a hash:
 * checking and saving are effects, answered by events. Nothing that is typed here is shown or kept. Pure.
 */

/** In characters. 64 of them are at most 256 bytes, which is what crypt(3) takes. */
export const PASSWORD_LEAST = 8;
export const PASSWORD_MOST = 64;
/** For each answer; longer than the longest delay, so that waiting for another session gains nothing. */
export const ANSWER_MS = 60_000;
/** After the first wrong password; it doubles with each that follows. */
export const FIRST_DELAY_MS = 1_000;
export const LONGEST_DELAY_MS = 30_000;
const MINUTE_MS = 60_000;

/** What it is for: to log in, to set the first password of a fresh box, or to change it while logged in. */
export type Purpose = 'login' | 'first' | 'change';

type Step =
  | 'current'
  | 'checking'
  | 'delayed'
  | 'new'
  | 'again'
  | 'saving'
  /** Logged in. */
  | 'open'
  | 'closed';

export interface Login {
  readonly purpose: Purpose;
  readonly step: Step;
  /** Wrong passwords in a row. */
  readonly failures: number;
  /** The new password, between the two times it is asked for. */
  readonly chosen: string;
  /** When `time` is due; null when nothing is. */
  readonly untilMs: number | null;
  /** Null: nobody is logged out for being idle. */
  readonly idleMinutes: number | null;
}

export type LoginEvent =
  | { readonly kind: 'line'; readonly text: string }
  /** ^C, or ^D on an empty line. */
  | { readonly kind: 'abandon' }
  | { readonly kind: 'checked'; readonly right: boolean }
  /** @param error a sentence, when the new password could not be kept */
  | { readonly kind: 'saved'; readonly error: string | null }
  /** A key was pressed while logged in, or output appeared that somebody waits for. */
  | { readonly kind: 'activity' }
  /** `untilMs` has come. */
  | { readonly kind: 'time' };

export type LoginEffect =
  /** A hidden prompt. */
  | { readonly kind: 'ask'; readonly prompt: string }
  | { readonly kind: 'say'; readonly sentence: string }
  | { readonly kind: 'check'; readonly password: string }
  | { readonly kind: 'save'; readonly password: string }
  /** Logged in, or back in the session whose password was to be changed. */
  | { readonly kind: 'open' }
  | { readonly kind: 'close' };

export interface Stepped {
  readonly login: Login;
  readonly effects: readonly LoginEffect[];
}

const PROMPTS: Readonly<Partial<Record<Step, string>>> = {
  current: 'Password: ',
  new: 'New password: ',
  again: 'New password, once more: ',
};

/** @param purpose `first` on a box without a password */
export function beginLogin(purpose: Purpose, idleMinutes: number | null, nowMs: number): Stepped {
  const login: Login = { purpose, step: 'closed', failures: 0, chosen: '', untilMs: null, idleMinutes };
  if (purpose !== 'first') return ask(login, 'current', nowMs);
  const hello = say(`This box has no password yet. Choose one, of ${PASSWORD_LEAST} characters or more.`);
  return ask(login, 'new', nowMs, hello);
}

export function stepLogin(login: Login, event: LoginEvent, nowMs: number): Stepped {
  switch (event.kind) {
    case 'line':
      return answered(login, event.text, nowMs);
    case 'abandon':
      return abandoned(login, nowMs);
    case 'checked':
      return login.step === 'checking' ? checked(login, event.right, nowMs) : same(login);
    case 'saved':
      return login.step === 'saving' ? saved(login, event.error, nowMs) : same(login);
    case 'activity':
      return login.step === 'open' ? opened(login, nowMs, []) : same(login);
    case 'time':
      return login.untilMs !== null && nowMs >= login.untilMs ? due(login, nowMs) : same(login);
  }
}

/** What must pass after so many wrong passwords in a row. */
export function delayMs(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 16));
}

function answered(login: Login, text: string, nowMs: number): Stepped {
  switch (login.step) {
    case 'current':
      // Enter alone wakes a terminal; it is nobody's password.
      if (text === '') return ask(login, 'current', nowMs);
      return wait(login, 'checking', { kind: 'check', password: text });
    case 'new': {
      const fault = badPassword(text);
      if (fault !== null) return ask(login, 'new', nowMs, say(fault));
      return ask({ ...login, chosen: text }, 'again', nowMs);
    }
    case 'again':
      if (text !== login.chosen)
        return ask(
          { ...login, chosen: '' },
          'new',
          nowMs,
          say('These were two different passwords; choose again.'),
        );
      return wait({ ...login, chosen: '' }, 'saving', { kind: 'save', password: text });
    default:
      return same(login);
  }
}

function badPassword(text: string): string | null {
  const { length } = [...text];
  if (length < PASSWORD_LEAST)
    return `That has ${length} characters; a password has ${PASSWORD_LEAST} or more.`;
  if (length > PASSWORD_MOST)
    return `That has ${length} characters; a password has at most ${PASSWORD_MOST}.`;
  return null;
}

function checked(login: Login, right: boolean, nowMs: number): Stepped {
  if (right && login.purpose === 'change') return ask({ ...login, failures: 0 }, 'new', nowMs);
  if (right) return opened({ ...login, failures: 0 }, nowMs, [{ kind: 'open' }]);
  const failures = login.failures + 1;
  const untilMs = nowMs + delayMs(failures);
  return { login: { ...login, step: 'delayed', failures, untilMs }, effects: [say('Wrong password.')] };
}

function saved(login: Login, error: string | null, nowMs: number): Stepped {
  if (error === null) return opened(login, nowMs, [say('The new password is set.'), { kind: 'open' }]);
  if (login.purpose === 'change') return opened(login, nowMs, [say(error), { kind: 'open' }]);
  return ask(login, 'new', nowMs, say(error));
}

/** Nobody leaves the question for a password but by time: a new session would forget how often it was wrong. */
function abandoned(login: Login, nowMs: number): Stepped {
  if (login.step !== 'current' && login.step !== 'new' && login.step !== 'again') return same(login);
  const forgotten = { ...login, chosen: '' };
  if (login.purpose === 'change')
    return opened(forgotten, nowMs, [say('The password stays as it was.'), { kind: 'open' }]);
  return ask(forgotten, login.purpose === 'first' ? 'new' : 'current', nowMs);
}

function due(login: Login, nowMs: number): Stepped {
  const closed: Login = { ...login, step: 'closed', chosen: '', untilMs: null };
  switch (login.step) {
    case 'delayed':
      return ask(login, 'current', nowMs);
    case 'open': {
      const sentence = `Logged out: nothing was typed for ${login.idleMinutes} min.`;
      return { login: closed, effects: [say(sentence), { kind: 'close' }] };
    }
    default: {
      if (login.purpose === 'change') return abandoned(login, nowMs);
      return { login: closed, effects: [say(`No answer in ${ANSWER_MS / 1000} s.`), { kind: 'close' }] };
    }
  }
}

function ask(
  login: Login,
  step: 'current' | 'new' | 'again',
  nowMs: number,
  ...before: LoginEffect[]
): Stepped {
  const prompt = PROMPTS[step] ?? '';
  return {
    login: { ...login, step, untilMs: nowMs + ANSWER_MS },
    effects: [...before, { kind: 'ask', prompt }],
  };
}

/** For the answer to an effect. */
function wait(login: Login, step: 'checking' | 'saving', effect: LoginEffect): Stepped {
  return { login: { ...login, step, untilMs: null }, effects: [effect] };
}

function opened(login: Login, nowMs: number, effects: readonly LoginEffect[]): Stepped {
  const { idleMinutes } = login;
  const untilMs = idleMinutes === null ? null : nowMs + idleMinutes * MINUTE_MS;
  return { login: { ...login, step: 'open', untilMs }, effects };
}

function same(login: Login): Stepped {
  return { login, effects: [] };
}

function say(sentence: string): LoginEffect {
  return { kind: 'say', sentence };
}

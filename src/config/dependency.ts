/**
 * What a service depends on, without perl: `group:service`, SELF for the own group, `!`, `&&`, `||` and parentheses. A
 * list of services, as `hostdepend` may be, means all of them. Pure; whether a service is good, others know.
 */

import type { Reading } from './problem';

/** Characters of an expression. */
export const DEPENDENCY_LIMIT = 1024;
/** Names, signs and parentheses of one, which nest no deeper than that. */
const TOKENS_LIMIT = 64;
/** Services that depend on services that depend on services: mon's dep_recur_limit. */
export const DEPENDENCY_DEPTH = 10;

export type Dependency =
  | { readonly kind: 'service'; readonly watch: string; readonly service: string }
  | { readonly kind: 'not'; readonly of: Dependency }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Dependency[] };

export interface ServiceName {
  readonly watch: string;
  readonly service: string;
}

const TOKEN = /\s*(&&|\|\||[!()]|[A-Za-z0-9_.+-]+:[A-Za-z0-9_.+-]+|[A-Za-z_]\w*|\S)/y;
const NAME = /^[^:]+:[^:]+$/;
const OPERATORS = ['&&', '||', '!', '(', ')'];
const HELP = 'it takes group:service, SELF:service, !, &&, || and parentheses';

/**
 * @param self the watch that SELF stands for
 * @returns or one sentence that names what does not fit
 */
export function parseDependency(text: string, self: string): Reading<Dependency> {
  if (text.length > DEPENDENCY_LIMIT) return fault(`is longer than ${DEPENDENCY_LIMIT} characters`);
  const tokens = tokensOf(text);
  if (tokens.length > TOKENS_LIMIT) return fault(`has more than ${TOKENS_LIMIT} names and signs`);
  const stranger = tokens.find((token) => !OPERATORS.includes(token) && !NAME.test(token));
  if (stranger !== undefined)
    return fault(`has ${JSON.stringify(stranger)}, which perl may know, but not this box; ${HELP}`);
  const reader = new Reader(tokens, self);
  const dependency = reader.any();
  const rest = reader.next;
  if (dependency !== null && rest === undefined) return { ok: true, value: dependency };
  return fault(rest === undefined ? `ends too early; ${HELP}` : `has ${rest} where it does not fit; ${HELP}`);
}

/** Whether it is met. */
export function isMet(dependency: Dependency, isGood: (name: ServiceName) => boolean): boolean {
  switch (dependency.kind) {
    case 'service':
      return isGood(dependency);
    case 'not':
      return !isMet(dependency.of, isGood);
    case 'all':
      return dependency.of.every((one) => isMet(one, isGood));
    case 'any':
      return dependency.of.some((one) => isMet(one, isGood));
  }
}

/** Every service that it names. */
export function servicesOf(dependency: Dependency): readonly ServiceName[] {
  switch (dependency.kind) {
    case 'service':
      return [dependency];
    case 'not':
      return servicesOf(dependency.of);
    default:
      return dependency.of.flatMap(servicesOf);
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) tokens.push(found[1]!);
  return tokens;
}

/** Perl's precedence: `!` before `&&` before `||`. */
class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly self: string,
  ) {}

  get next(): string | undefined {
    return this.tokens[this.at];
  }

  any(): Dependency | null {
    return this.joined(
      'any',
      () => this.take('||'),
      () => this.all(),
    );
  }

  private all(): Dependency | null {
    return this.joined(
      'all',
      () => this.take('&&') || this.isOperand(),
      () => this.one(),
    );
  }

  private joined(
    kind: 'all' | 'any',
    goesOn: () => boolean,
    read: () => Dependency | null,
  ): Dependency | null {
    const of: Dependency[] = [];
    do {
      const one = read();
      if (one === null) return null;
      of.push(one);
    } while (goesOn());
    return of.length === 1 ? of[0]! : { kind, of };
  }

  private one(): Dependency | null {
    if (this.take('!')) {
      const of = this.one();
      return of === null ? null : { kind: 'not', of };
    }
    if (this.take('(')) {
      const inside = this.any();
      return inside !== null && this.take(')') ? inside : null;
    }
    if (!this.isOperand()) return null;
    const [watch = '', service = ''] = this.tokens[this.at++]!.split(':');
    return { kind: 'service', watch: watch === 'SELF' ? this.self : watch, service };
  }

  private take(token: string): boolean {
    if (this.next !== token) return false;
    this.at += 1;
    return true;
  }

  private isOperand(): boolean {
    return this.next !== undefined && NAME.test(this.next);
  }
}

function fault(what: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: `the dependency ${what}` };
}

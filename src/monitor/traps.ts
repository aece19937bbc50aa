/**
 * mon's traps: a datagram of `name=value` lines in which another machine says that a service fails or is good. Owns how
 * they are read and who may send them; what follows, the monitor decides. Pure. Source: `handle_trap` and `un_esc_str` of
 * mon 1.3, Mon::Client.
 */

import { Networks } from '../config/address';
import type { Address, TrapsConfig } from '../config/config';
import type { Result } from '../host/host';

/** Bytes of a datagram that is read. */
export const TRAP_LIMIT_BYTES = 8192;
/** Traps that are heard in a second; further ones are dropped, as whoever floods would fill the log. */
export const TRAPS_PER_SECOND = 100;
/** Characters of what a trap says. */
const SUMMARY_LIMIT = 512;
const DETAIL_LIMIT = 4096;

export interface Trap {
  readonly watch: string;
  readonly service: string;
  /** As the exit status of a monitor: 0 is good. */
  readonly status: number;
  readonly summary: string;
  readonly detail: string;
}

/** @returns or one sentence that says why it is not heard */
export function readTrap(text: string, from: Address, config: TrapsConfig): Result<Trap> {
  const refuse = (why: string): Result<Trap> => ({ ok: false, error: `a trap from ${from} ${why}` });
  if (new Networks(config.from).find(from) === null)
    return refuse('is not heard: traps from is not set for it');
  const values = valuesOf(text);
  const user = config.users.find(({ name }) => name === values.get('usr'));
  if (config.users.length > 0 && (user === undefined || user.password !== values.get('pas')))
    return refuse('has no user and password that traps user knows');
  const [watch = '', service = ''] = [values.get('grp'), values.get('svc')];
  const status = values.get('sta') ?? '';
  if (!isName(watch) || !isName(service)) return refuse('names no group and service, in grp and svc');
  if (!/^\d{1,3}$/.test(status)) return refuse('has no status, a number in sta');
  const [summary = '', ...more] = (values.get('sum') ?? '').split('\n');
  const detail = [...more, values.get('dtl') ?? ''].join('\n').trim();
  return {
    ok: true,
    value: {
      watch,
      service,
      status: Number(status),
      summary: summary.slice(0, SUMMARY_LIMIT).trim(),
      detail: detail.slice(0, DETAIL_LIMIT),
    },
  };
}

function valuesOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.slice(0, TRAP_LIMIT_BYTES).split('\n')) {
    const [, name = '', value = ''] = /^(\w{1,8})=(.*)$/.exec(line) ?? [];
    if (name !== '') values.set(name, unescaped(value.replace(/^'(.*)'$/, '$1')));
  }
  return values;
}

/** `\0a` is the character with that number. Others than line ends have no business in a log or an environment. */
function unescaped(text: string): string {
  return text
    .replace(/\\([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/[\0-\x09\x0b-\x1f\x7f]/g, ' ');
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9_.+:-]{1,64}$/.test(text);
}

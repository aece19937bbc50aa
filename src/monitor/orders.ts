/**
 * What an operator has said about watches: that a failure is known of, and what is disabled. Owns its text form, in which
 * a box keeps it over a restart. Pure; what follows from it, the monitor decides.
 */

/** Things that are acknowledged or disabled at a time. */
export const ORDERS_LIMIT = 256;
/** Characters of the words that go with an acknowledgement. */
export const ACK_COMMENT_LIMIT = 120;

export type WatchOrder =
  | { readonly action: 'ack'; readonly watch: string; readonly service: string; readonly comment: string }
  | { readonly action: 'disable' | 'enable'; readonly target: Target };

export type Target =
  | { readonly kind: 'watch'; readonly watch: string }
  | { readonly kind: 'service'; readonly watch: string; readonly service: string }
  | { readonly kind: 'host'; readonly host: string };

export interface Orders {
  /** As `targetText` has them. */
  readonly disabled: Set<string>;
  /** `WATCH SERVICE` -> the operator's words. */
  readonly acknowledged: Map<string, string>;
}

const DISABLED = /^disable ((?:watch|host) \S+|service \S+ \S+)$/;
const ACKNOWLEDGED = /^ack (\S+ \S+) ?(.*)$/;
/** Characters of such a text: names have at most 253. */
const TEXT_LIMIT = 2 * ORDERS_LIMIT * 512;

export function noOrders(): Orders {
  return { disabled: new Set(), acknowledged: new Map() };
}

/** Lines that cannot be understood are left out; two boxes may have as many as one each. */
export function readOrders(text: string): Orders {
  const orders = noOrders();
  for (const line of text
    .slice(0, TEXT_LIMIT)
    .split('\n')
    .slice(0, 2 * ORDERS_LIMIT)) {
    const [, target] = DISABLED.exec(line) ?? [];
    const [, service, comment = ''] = ACKNOWLEDGED.exec(line) ?? [];
    if (target !== undefined) orders.disabled.add(target);
    if (service !== undefined) orders.acknowledged.set(service, comment.slice(0, ACK_COMMENT_LIMIT));
  }
  return orders;
}

export function printOrders({ disabled, acknowledged }: Orders): string {
  return [
    ...[...disabled].map((target) => `disable ${target}\n`),
    ...[...acknowledged].map(([service, comment]) => `ack ${service} ${comment}`.trimEnd().concat('\n')),
  ].join('');
}

/** Takes what was said elsewhere. @param lines of the text form @param holds or does no more */
export function obey({ disabled, acknowledged }: Orders, lines: string, holds: boolean): void {
  const said = readOrders(lines);
  for (const target of said.disabled)
    if (holds) disabled.add(target);
    else disabled.delete(target);
  for (const [service, comment] of said.acknowledged)
    if (holds) acknowledged.set(service, comment);
    else acknowledged.delete(service);
}

export function targetText(target: Target): string {
  switch (target.kind) {
    case 'watch':
      return `watch ${target.watch}`;
    case 'service':
      return `service ${target.watch} ${target.service}`;
    case 'host':
      return `host ${target.host}`;
  }
}

/** Whether alerts of the service are held back. */
export function isDisabled({ disabled }: Orders, watch: string, service: string): boolean {
  if (disabled.size === 0) return false;
  return disabled.has(`watch ${watch}`) || disabled.has(`service ${watch} ${service}`);
}

export function acknowledgement({ acknowledged }: Orders, watch: string, service: string): string | null {
  return acknowledged.size === 0 ? null : (acknowledged.get(`${watch} ${service}`) ?? null);
}

/** Without those that are disabled; the same list where none is. */
export function enabledHosts({ disabled }: Orders, hosts: readonly string[]): readonly string[] {
  return disabled.size === 0 ? hosts : hosts.filter((host) => !disabled.has(`host ${host}`));
}

export function disabledHosts({ disabled }: Orders): readonly string[] {
  return [...disabled].filter((target) => target.startsWith('host ')).map((target) => target.slice(5));
}

export function isFull({ disabled, acknowledged }: Orders): boolean {
  return disabled.size + acknowledged.size >= ORDERS_LIMIT;
}

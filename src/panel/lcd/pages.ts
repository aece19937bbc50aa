/** What a panel shows on a display of few characters, as pages of rows. Pure; knows no time and no module. */

import type { Fault, Lamp, PanelService, PanelView } from '../view';
import { type Forms, shorten, spread, wrap } from './text';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export type Page = readonly string[];

/** Enough rows for a fault, what it is about, and who is active. */
const ROLE_ROW_ROWS = 4;
/** Less than so much of an event tells nothing. */
const EVENT_COLUMNS = 40;
/** Of one fault; what is beyond them is left out. */
const FAULT_PAGES = 3;

/** Who is active, and on which box; where there is no room for its domain, without that. */
export function headOf({ role, node }: PanelView, { columns }: Size): string {
  const isShort = role.length + 1 + node.length <= columns;
  return spread(role, isShort ? node : node.replace(/\..*/, ''), columns);
}

/** All pages of a box that is well: who is active on each, and a part of the rest. Warnings come first. */
export function statePages(view: PanelView, size: Size): readonly Page[] {
  const { columns, rows } = size;
  const isLow = rows < ROLE_ROW_ROWS;
  const warnings = view.faults.filter(({ level }) => level === 'warn');
  const parts = [...(isLow ? warnings.map(warning) : []), ...items(view, columns)].map((one) =>
    shorten(one, columns),
  );
  return [
    ...(isLow ? [] : warnings.flatMap((one) => faultPages(one, view, size))),
    ...chunks(parts, rows - 1).map((some) => page([headOf(view, size), ...some], size)),
  ];
}

/**
 * One thing that is wrong: its word on the first row of each page, then what it is about, and on the last row who is active,
 * where there is room for it. Where there is none, the first row says it from time to time.
 */
export function faultPages(fault: Fault, view: PanelView, size: Size): readonly Page[] {
  const { columns, rows } = size;
  const isLow = rows < ROLE_ROW_ROWS;
  const word = shorten([fault.level === 'warn' ? `! ${fault.word}` : fault.word, fault.word], columns);
  const sentence = chunks(wrap(fault.sentence, columns), isLow ? rows - 1 : rows - 2);
  return sentence.slice(0, FAULT_PAGES).map((some) => {
    if (isLow) return page([word, ...some], size);
    const above = page([word, ...some], { columns, rows: rows - 1 });
    return page([...above, headOf(view, size)], size);
  });
}

/** What the first row says of a fault while its word is away. */
export function rowBetween(view: PanelView, size: Size): string {
  return (size.rows < ROLE_ROW_ROWS ? headOf(view, size) : '').padEnd(size.columns);
}

/** Rows of full length, as many as there are. */
export function page(rows: readonly string[], size: Size): Page {
  return Array.from({ length: size.rows }, (_, row) => (rows[row] ?? '').padEnd(size.columns));
}

function chunks(rows: readonly string[], length: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(rows.length / length) }, (_, at) =>
    rows.slice(at * length, (at + 1) * length),
  );
}

/** Each for a row. */
function items(view: PanelView, columns: number): readonly Forms[] {
  const { lamps, services, version, slot, uptime } = view;
  const event = columns < EVENT_COLUMNS ? undefined : view.events.at(-1);
  const software = slot === null ? version : `${version} ${slot}`;
  return [
    ...pair(lamps),
    ...links(lamps),
    ...lamps.filter(({ kind }) => kind === 'vip' || kind === 'gateway').map(address),
    ...services.map(service),
    ...(event === undefined
      ? []
      : [forms(`${event.time} ${event.sentence}`, `${event.time.slice(0, 5)} ${event.sentence}`)]),
    uptime === ''
      ? forms(`Understudy ${software}`, software)
      : forms(`Understudy ${software} up ${uptime}`, `${software} up ${uptime}`, `up ${uptime}`),
  ];
}

function forms(first: string, ...shorter: readonly string[]): Forms {
  return [first, ...shorter];
}

const SHORT: Readonly<Record<Lamp['state'], string>> = { on: 'ok', off: 'off', warn: 'warn', fault: 'bad' };

function warning({ word, sentence }: Fault): Forms {
  return forms(`! ${word}: ${sentence}`, `! ${word}`, word);
}

function pair(lamps: readonly Lamp[]): readonly Forms[] {
  const peer = lamps.find(({ kind }) => kind === 'peer');
  if (peer === undefined) return [];
  const servers = lamps.filter(({ kind }) => kind === 'server');
  const up = `${servers.filter(({ state }) => state === 'on').length}/${servers.length}`;
  const short = `peer ${SHORT[peer.state]}`;
  if (servers.length === 0) return [forms(`peer ${peer.detail}`, short)];
  return [forms(`peer ${peer.detail}, servers ${up}`, `${short}, rs ${up}`, `${short} rs ${up}`)];
}

/** The worst of them, or that all are well. */
function links(lamps: readonly Lamp[]): readonly Forms[] {
  const all = lamps.filter(({ kind }) => kind === 'serial' || kind === 'lan');
  if (all.length === 0) return [];
  const bad = all.find(({ state }) => state === 'fault') ?? all.find(({ state }) => state !== 'on');
  if (bad !== undefined)
    return [forms(`${bad.word} ${bad.detail}`, `${bad.word.replace('LAN ', '')} ${bad.detail}`)];
  const names = all.map(({ word }) => word.replace('LAN ', '').toLowerCase());
  return [forms(`links ${names.join(' ')} ok`, `links ${all.length}/${all.length} ok`)];
}

function address({ kind, word, state, detail }: Lamp): Forms {
  const where = state === 'on' ? 'here' : 'away';
  const short = kind === 'gateway' ? 'GW' : word;
  return forms(`${word} ${detail} ${where}`, `${short} ${detail} ${where}`, `${short} ${where}`);
}

/** The port is what tells services of one address apart. */
function service({ name, up, all, connections, rate }: PanelService): Forms {
  const short = name.slice(Math.max(0, name.lastIndexOf(':')));
  const count = connections === null ? '' : ` ${connections} conn`;
  const speed = rate === null ? '' : ` ${Math.round(rate)}/s`;
  return forms(
    `${name} ${up}/${all} up${count}${speed}`,
    `${short} ${up}/${all} up${count}${speed}`,
    `${short} ${up}/${all}${count}${speed}`,
    `${short} ${up}/${all}${count}`,
    `${short} ${up}/${all}`,
  );
}

/**
 * What a run leaves for people: the tables as Markdown and the chart as SVG in out/bench, and, when asked, the tables in
 * the README. Everything from the results' files; a figure that is not there yet is an empty cell.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bar, drawBars } from './bars';
import {
  boot,
  cableCutOutage,
  connection,
  cpu,
  disk,
  falseTakeovers,
  forwardedRequests,
  type Measure,
  memory,
  powerOffOutage,
  processDeathOutage,
} from './figures';
import type { Size } from './parts/size';
import { OUT, readResult, type Stored } from './results';
import { BARE, SYSTEMS, type System } from './systems';

const README = 'README.md';
const BEGIN = '<!-- peers: begin -->';
const END = '<!-- peers: end -->';
const BOOTING_PARTS = ['power-off', 'footprint', 'process-death', 'cable-cut', 'forwarding', 'hogged'];

const OUTAGES = [powerOffOutage, processDeathOutage, cableCutOutage];
const COSTS = [memory, cpu, disk, boot(BOOTING_PARTS)];
const OTHERS = [falseTakeovers, forwardedRequests];

/** Writes table and chart; the tables go into the README as well where `intoReadme`. */
export function writeReport(intoReadme: boolean): void {
  const text = tables();
  writeFileSync(join(OUT, 'table.md'), text);
  writeFileSync(
    join(OUT, 'chart.svg'),
    drawBars(
      OUTAGES.map(({ title }) => title),
      SYSTEMS.flatMap(bars),
    ),
  );
  if (!intoReadme) return;
  const readme = readFileSync(README, 'utf8');
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${README} has no place for the tables: ${BEGIN} ... ${END}.`);
  writeFileSync(README, `${readme.slice(0, from + BEGIN.length)}\n${text}${readme.slice(to)}`);
}

function bars(system: System): Bar[] {
  const found = OUTAGES.map((measure) => measure.of(system));
  if (found.every((figure) => figure === null)) return [];
  return [
    {
      label: system.title,
      ours: system.kind === 'understudy',
      values: found.map((figure) => figure && { middle: figure.value, range: figure.range! }),
    },
  ];
}

function tables(): string {
  const pairs = SYSTEMS.filter((system) => system.only === undefined && system !== BARE);
  const withBare = SYSTEMS.filter((system) => system.only === undefined);
  const asked = SYSTEMS.filter((system) => connection.of(system) !== null);
  const parts = [
    table(pairs, OUTAGES),
    table(withBare, COSTS),
    table(pairs, OTHERS),
    ...(asked.length > 0 ? [table(asked, [connection])] : []),
    `${provenance()}\n`,
  ];
  return parts.join('\n');
}

function table(systems: readonly System[], measures: readonly Measure[]): string {
  const rows = systems.flatMap((system) => {
    const cells = measures.map((measure) => cell(measure, system));
    return cells.every((text) => text === '') ? [] : [[system.title, ...cells]];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(['', ...measures.map(({ title }) => title)]),
    `|---${'|---'.repeat(measures.length)}|\n`,
    ...rows.map(line),
  ].join('');
}

/** The figure, how many times that of Understudy at the timing it competes with, and a star for a busy machine. */
function cell(measure: Measure, system: System): string {
  const figure = measure.of(system);
  if (figure === null) return '';
  const rival = SYSTEMS.find(({ id }) => id === system.rival);
  const ours = rival ? measure.of(rival) : null;
  const ratio = ours === null || Number.isNaN(figure.value) ? null : figure.value / ours.value;
  return `${figure.text}${ratio === null ? '' : `, **${times(ratio)}**`}${figure.busy ? ' *' : ''}`;
}

/** Two digits that mean something. */
function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)}×`;
}

/** When, on what, and which versions. */
function provenance(): string {
  const files = readdirSync(OUT).filter((name) => name.endsWith('.json'));
  const all = files.map((name) => JSON.parse(readFileSync(join(OUT, name), 'utf8')) as Stored);
  const days = [...new Set(all.map(({ at }) => at.slice(0, 10)))].sort();
  const machines = [...new Set(all.map(({ machine }) => machine))];
  const versions = new Set(
    SYSTEMS.flatMap((system) => readResult<Size>('size', system.id)?.value.versions ?? []),
  );
  return [
    `Measured ${days.join(', ')} on ${machines.join('; ')}; QEMU without KVM (\`-M pc -cpu pentium2 -m 128\`, e1000).`,
    `Debian bookworm's ${[...versions].sort().join(', ')}.`,
  ].join(' ');
}

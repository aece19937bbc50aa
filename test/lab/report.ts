/** Writes what a run leaves in out/lab: timeline as text and JSON, and the chart. The consoles' logs write themselves. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench';
import { drawChart } from './chart';
import { BOXES, macAddress } from './network';
import { holdings } from './sighting';
import { formatEvent } from './timeline';
import { formatVerdict, type Verdict } from './verdict';

export function writeReports(folder: string, bench: Bench, verdict: Verdict): void {
  const { events } = bench.timeline;
  const text = `${events.map(formatEvent).join('\n')}\n${formatVerdict(verdict)}\n`;
  writeFileSync(join(folder, 'timeline.txt'), text);
  const { outcomes, sightings } = bench;
  const holders = {
    vip: holdings(sightings, bench.pair.vip),
    gateway: holdings(sightings, bench.pair.gateway),
  };
  const announcements = sightings.filter((sighting) => sighting.kind === 'announcement');
  const data = { verdict, events, holders, announcements, requests: outcomes };
  writeFileSync(join(folder, 'timeline.json'), `${JSON.stringify(data)}\n`);

  const boxOf = new Map(
    BOXES.flatMap((box) => [
      [macAddress(box, 'outside'), box] as const,
      [macAddress(box, 'inside'), box] as const,
    ]),
  );
  const spans = (list: typeof holders.vip) =>
    list.flatMap(({ fromMs, toMs, macs }) =>
      macs.map((mac) => ({ fromMs, toMs, who: boxOf.get(mac) ?? mac })),
    );
  const chart = drawChart({
    requests: outcomes,
    lanes: [
      { label: 'VIP', spans: spans(holders.vip) },
      { label: 'gateway', spans: spans(holders.gateway) },
    ],
    events,
    endMs: bench.timeline.now(),
  });
  writeFileSync(join(folder, 'chart.svg'), chart);
}

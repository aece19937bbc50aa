import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawBars } from '../../peers/bars';
import { configOf, type OurSystem, type PeerSystem, SYSTEMS } from '../../peers/systems';

const CONFIG = 'test/peers/config';
const peers = SYSTEMS.filter((system): system is PeerSystem => system.kind === 'peer');
const ours = SYSTEMS.filter((system): system is OurSystem => system.kind === 'understudy');

describe('the systems', () => {
  it('have names of their own, and rivals that exist', () => {
    const ids = SYSTEMS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { rival } of SYSTEMS) if (rival !== undefined) expect(ids).toContain(rival);
  });

  it('have files that exist, and every file that these name in /config', () => {
    for (const { id, files } of peers) {
      for (const file of Object.values(files)) {
        expect(existsSync(`${CONFIG}/${file}`), `${id}: ${file}`).toBe(true);
        const named = readFileSync(`${CONFIG}/${file}`, 'utf8').matchAll(/\/config\/([\w.-]+)/g);
        for (const [, name] of named) expect(Object.keys(files), `${id}: ${file}`).toContain(name);
      }
    }
  });

  it('compare the same real servers behind the same address', () => {
    for (const { files } of peers) {
      const text = Object.values(files).map((file) => readFileSync(`${CONFIG}/${file}`, 'utf8'));
      for (const address of ['168.188.46.175', '192.168.2.3', '192.168.2.4'])
        expect(text.join()).toContain(address);
    }
  });
});

describe('configOf', () => {
  const paper = [
    'set heartbeat keepalive 2s',
    'set watch cluster1 service http interval 5s',
    'set watch cluster1 service http monitor http.monitor',
    '',
  ].join('\n');

  it('replaces what the system sets itself and keeps the rest', () => {
    const fast = ours.find(({ id }) => id === 'understudy-fast')!;
    const lines = configOf(fast, paper).trimEnd().split('\n');
    expect(lines).toEqual([
      'set heartbeat keepalive 2s',
      'set watch cluster1 service http monitor http.monitor',
      ...fast.lines,
    ]);
  });

  it('leaves the paper alone where the system is the paper', () => {
    expect(configOf(ours.find(({ timing }) => timing === 'paper')!, paper)).toBe(paper);
  });
});

describe('drawBars', () => {
  const bar = (label: string, middle: number) => ({
    label,
    ours: false,
    values: [{ middle, range: [middle / 2, middle * 2] as const }, null],
  });
  const widths = (svg: string): number[] =>
    [...svg.matchAll(/<rect x="300" y="\d+" width="(\d+)" height="10"/g)].map((match) => Number(match[1]));

  it('draws one bar for each value, ten times as long being one step further', () => {
    const [short, middle, long] = widths(
      drawBars(['a', 'b'], [bar('x', 100), bar('y', 1000), bar('z', 10_000)]),
    );
    expect(middle! - short!).toBeGreaterThan(100);
    expect(Math.abs(long! - middle! - (middle! - short!))).toBeLessThanOrEqual(1);
  });

  it('draws nothing where nothing was measured', () => {
    expect(widths(drawBars(['a', 'b'], [{ label: 'x', ours: true, values: [null, null] }]))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../lab/sighting';
import { sumMemory } from '../../peers/parts/footprint';
import { timesTaken } from '../../peers/parts/hogged';

describe('sumMemory', () => {
  const entry = (name: string, pid: number, parent: number, kib: number): string =>
    `Name: ${name} Pid: ${pid} PPid: ${parent} Rss: ${2 * kib} kB Pss: ${kib} kB `;
  const thread = (name: string, pid: number): string => `Name: ${name} Pid: ${pid} PPid: 2 `;

  it('adds what runs, without init, the shell that asks, what that comes from and what it has started', () => {
    const text = [
      entry('init', 1, 0, 1),
      thread('kthreadd', 2),
      entry('supervise', 20, 1, 10),
      entry('understudy', 21, 20, 1000),
      entry('console', 30, 1, 2000),
      entry('sh', 31, 30, 50),
      entry('grep', 32, 31, 50),
      entry('init', 40, 1, 1),
      'Self: 31',
    ].join('');
    expect(sumMemory(text)).toEqual({
      rssKib: 2020,
      pssKib: 1010,
      processes: [
        { name: 'supervise', rss: 20, pss: 10 },
        { name: 'understudy', rss: 2000, pss: 1000 },
      ],
    });
  });

  it('tells a process from the kernel threads before it', () => {
    const text = `${thread('rcu_gp', 3)}${thread('kswapd0', 4)}${entry('mon', 50, 1, 7)}Self: 9`;
    expect(sumMemory(text).processes.map(({ name }) => name)).toEqual(['mon']);
  });
});

describe('timesTaken', () => {
  const [lead, backup] = ['52:54:00:75:01:00', '52:54:00:75:02:00'];
  const answers = (...rounds: readonly (readonly string[])[]): Sighting[] =>
    rounds.flatMap((macs, round) =>
      macs.map((mac) => ({
        atMs: round * 50,
        segment: 'outside' as const,
        kind: 'answer' as const,
        address: '192.0.2.1',
        mac,
        round,
      })),
    );

  it('counts beginnings, also where both answer at once', () => {
    const seen = answers([lead], [lead, backup], [backup], [lead], [lead], [backup], [lead]);
    expect(timesTaken(seen, '192.0.2.1', backup)).toBe(2);
  });

  it('counts none while only the other one answers, or for another address', () => {
    expect(timesTaken(answers([lead], [lead]), '192.0.2.1', backup)).toBe(0);
    expect(timesTaken(answers([backup]), '192.0.2.2', backup)).toBe(0);
  });
});

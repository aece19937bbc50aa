import { describe, expect, it } from 'vitest';
import { type CommandEntry, Grammar } from '../../../src/console/grammar';

interface Context {
  readonly hosts: readonly string[];
}
const CONTEXT: Context = { hosts: ['10.0.0.21', '10.0.0.22'] };
const nothing = async (): Promise<void> => {};

const ENTRIES: readonly CommandEntry<Context>[] = [
  { syntax: 'show status', help: 'who is active', run: nothing },
  { syntax: 'show status json', help: 'as JSON', run: nothing },
  { syntax: 'show services', help: 'real servers', run: nothing },
  {
    syntax: 'show log',
    help: 'last events',
    run: nothing,
  },
  {
    syntax: 'show log LINES',
    help: 'last events',
    parameters: { LINES: { help: 'how many' } },
    run: nothing,
  },
  {
    syntax: 'maintenance SWITCH',
    help: 'keep out',
    parameters: { SWITCH: { help: 'whether', words: ['on', 'off'] } },
    run: nothing,
  },
  {
    syntax: 'ping HOST',
    help: 'ask a host',
    parameters: {
      HOST: {
        help: 'address',
        names: ({ hosts }) => hosts.map((word) => ({ word, help: 'real server' })),
      },
    },
    run: nothing,
  },
  {
    syntax: 'set ...',
    help: 'set a value',
    run: nothing,
    guide: (words) => ({
      candidates: [{ word: `after-${words.length}`, help: '' }],
      argument: null,
      complete: false,
    }),
  },
];
const grammar = new Grammar(ENTRIES, { show: 'look at something' });
const find = (line: string) => grammar.find(line.split(' '), CONTEXT);
const guide = (line: string) => grammar.guide(line === '' ? [] : line.split(' '), CONTEXT);

describe('a line', () => {
  it.each([
    ['show status', 'show status'],
    ['sh sta', 'show status'],
    ['show status j', 'show status json'],
    ['sho se', 'show services'],
    ['show log', 'show log'],
    ['set', 'set ...'],
  ])('%s is %s', (line, syntax) => {
    const found = find(line);
    expect(found.ok && found.value.entry.syntax).toBe(syntax);
  });

  it('gives parameters their values, and the rest as it is', () => {
    expect(find('show log 20')).toMatchObject({ ok: true, value: { values: { LINES: '20' } } });
    expect(find('main of')).toMatchObject({ ok: true, value: { values: { SWITCH: 'off' } } });
    expect(find('ping 10.0.0.21')).toMatchObject({ ok: true, value: { values: { HOST: '10.0.0.21' } } });
    expect(find('set show log')).toMatchObject({ ok: true, value: { rest: ['show', 'log'] } });
  });

  it.each([
    ['show s', 'show: "s" is ambiguous; it may be status or services'],
    ['shaw', '"shaw" does not fit here; did you mean show?'],
    ['zzz', '"zzz" does not fit here; expected show, maintenance, ping or set'],
    ['maintenance', 'maintenance: expected on or off'],
    ['maintenance o', 'maintenance: "o" is ambiguous; it may be on or off'],
    ['show services now', 'show services: "now" does not fit here; expected nothing more'],
    ['show status now', 'show status: "now" does not fit here; expected json, or nothing'],
    ['ping', 'ping: expected HOST'],
  ])('%s is refused: %s', (line, error) => {
    expect(find(line)).toEqual({ ok: false, error });
  });
});

describe('what may follow', () => {
  it('are the commands at first, with what each is for', () => {
    expect(guide('')).toEqual({
      candidates: [
        { word: 'show', help: 'look at something' },
        { word: 'maintenance', help: 'keep out' },
        { word: 'ping', help: 'ask a host' },
        { word: 'set', help: 'set a value' },
      ],
      argument: null,
      complete: false,
    });
  });

  it('are words, values of a list, and known names', () => {
    expect(guide('show').candidates.map(({ word }) => word)).toEqual(['status', 'services', 'log']);
    expect(guide('mai').candidates.map(({ word }) => word)).toEqual(['on', 'off']);
    expect(guide('ping')).toMatchObject({
      candidates: [{ word: '10.0.0.21' }, { word: '10.0.0.22' }],
      argument: { word: 'HOST', help: 'address' },
    });
    expect(guide('show log')).toMatchObject({ argument: { word: 'LINES' }, complete: true });
  });

  it('is up to the command that takes the rest', () => {
    expect(guide('set').candidates).toEqual([{ word: 'after-0', help: '' }]);
    expect(guide('set a b').candidates).toEqual([{ word: 'after-2', help: '' }]);
  });

  it('is nothing behind a word that does not fit', () => {
    expect(guide('zzz').candidates).toEqual([]);
    expect(guide('show services more').candidates).toEqual([]);
  });
});

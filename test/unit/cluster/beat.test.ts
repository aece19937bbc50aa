import { describe, expect, it } from 'vitest';
import {
  type Beat,
  encodeTail,
  HINDRANCES,
  headFields,
  parseBeat,
  parseTail,
  sameHead,
} from '../../../src/cluster/beat';
import { decodeBody, encodeBody } from '../../../src/cluster/message';
import { BEAT } from './helpers';

const FULL: Beat = {
  ...BEAT,
  configHash: 0xc0ffee,
  version: '0.1.0',
  servers: { good: 2, all: 3 },
  pings: 1,
};

const bodyOf = (beat: Beat, wallSeconds: number) =>
  encodeBody(headFields(beat)) + encodeTail(beat, wallSeconds);
const fieldsOf = (beat: Beat) => decodeBody(bodyOf(beat, 0x68a9c1b2))!;
const reread = (beat: Beat) => parseBeat(fieldsOf(beat));
const withField = (name: string, value: string) => parseBeat(fieldsOf(FULL).set(name, value));

describe('the fields of a beat', () => {
  it('are as documented, the changing ones last', () => {
    const body = bodyOf(FULL, 0x68a9c1b2);
    expect(body).toBe(
      't=status\nst=active\ndt=3e8\nprotocol=1\nsrc=b\nhg=68a9c1b2\nttl=3\nsid=b0b\nrsc=none\nep=0\nsay=can\n' +
        'cfg=00c0ffee\nver=0.1.0\nrs=2/3\npg=1\nack=-\nts=68a9c1b2\nseq=1\n',
    );
    expect(encodeTail(FULL, 1)).toBe('ack=-\nts=1\nseq=1\n');
  });

  it('are read as they were written', () => {
    expect(reread(FULL)).toEqual(FULL);
    for (const hindrance of [null, ...HINDRANCES]) {
      for (const [asks, preferred] of [
        [false, true],
        [true, false],
      ] as const) {
        const beat = { ...FULL, hindrance, asks, preferred };
        expect(reread(beat)).toEqual(beat);
      }
    }
  });

  it('of an older program lack four, which are null then', () => {
    expect(reread(BEAT)).toEqual(BEAT);
    expect([...fieldsOf(BEAT).keys()]).not.toContain('cfg');
  });

  it('of an older program that cannot take the group do not say why', () => {
    for (const say of ['', 'pref', 'ask pref'])
      expect(withField('say', say)).toMatchObject({ hindrance: 'other' });
  });

  it('of a newer program may name reasons that this one does not know', () => {
    expect(withField('say', 'no-appetite pref')).toMatchObject({ hindrance: 'other', preferred: true });
    expect(withField('say', 'no-appetite no-carrier can')).toMatchObject({ hindrance: 'carrier' });
    expect(withField('say', 'can sing')).toMatchObject({ hindrance: null });
  });

  it('that only inform cost the beat nothing when they make no sense', () => {
    const cases: readonly [string, string, keyof Beat][] = [
      ['cfg', 'xyz', 'configHash'],
      ['cfg', '123456789', 'configHash'],
      ['ver', '', 'version'],
      ['ver', '12345678901234567', 'version'],
      ['ver', 'a b', 'version'],
      ['ver', '\x1b[2J', 'version'],
      ['rs', '1', 'servers'],
      ['rs', '-1/2', 'servers'],
      ['rs', '1/123456', 'servers'],
      ['pg', 'many', 'pings'],
    ];
    for (const [name, value, key] of cases) expect(withField(name, value)).toEqual({ ...FULL, [key]: null });
  });

  it('fit a serial line at 115200 baud with the fast timing: 30 ms are 345 bytes', () => {
    const long: Beat = {
      ...FULL,
      src: 'a-rather-long-name-of-a-director',
      ack: { session: 0xffff_ffff, sequence: 0xffff_ffff },
      session: 0xffff_ffff,
      sequence: 0xffff_ffff,
      epoch: 0xffff_ffff,
      hindrance: 'maintenance',
      asks: true,
      preferred: true,
      short: true,
      version: '1.10.100-rc1+git',
      servers: { good: 100, all: 100 },
      claim: 'taking',
    };
    const signature = 'auth=15 '.length + 64 + 1 + 8;
    expect(bodyOf(long, 0xffff_ffff).length + signature).toBeLessThan(351);
  });
});

describe('the head of a beat', () => {
  const other: { readonly [K in keyof Beat]: Beat[K] } = {
    src: 'c',
    status: 'dead',
    deadtimeMs: 7,
    ttl: 9,
    generation: 8,
    session: 5,
    sequence: 77,
    ack: { session: 4, sequence: 3 },
    claim: 'giving',
    epoch: 6,
    hindrance: 'carrier',
    asks: true,
    preferred: true,
    short: true,
    configHash: 1,
    version: '9',
    servers: { good: 1, all: 3 },
    pings: 2,
  };
  const TAIL = ['sequence', 'ack'];

  it.each(Object.keys(other) as (keyof Beat)[])('is the same or not, as its fields are: %s', (name) => {
    const changed = { ...FULL, [name]: other[name] };
    expect(sameHead(FULL, changed)).toBe(TAIL.includes(name));
    expect(encodeBody(headFields(FULL)) === encodeBody(headFields(changed))).toBe(TAIL.includes(name));
  });

  it('and a tail make a beat, as the whole does', () => {
    const next = { ...FULL, sequence: 0xffff, ack: { session: 7, sequence: 9 } };
    expect(parseTail(FULL, encodeTail(next, 1))).toEqual(next);
  });

  it.each([
    ['without ts', 'ack=-\nseq=2\n'],
    ['with a field more', 'ack=-\nts=1\nseq=2\nsrc=evil\n'],
    ['with another field', 'ack=-\nsrc=evil\nseq=2\n'],
    ['with a bad ack', 'ack=1 2 3\nts=1\nseq=2\n'],
    ['with number 0', 'ack=-\nts=1\nseq=0\n'],
    ['with half an ack', 'ack=1\nts=1\nseq=2\n'],
    ['with 9 digits', 'ack=-\nts=1\nseq=123456789\n'],
    ['in another order', 'ts=1\nack=-\nseq=2\n'],
    ['that does not end', 'ack=-\nts=1\nseq=2'],
    ['of nothing', ''],
  ])('leaves a tail %s to the reader of the whole', (_, tail) => {
    expect(parseTail(FULL, tail)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { printMessage } from '../../../src/pairing/lines';
import { GREETING_LIMIT_MS, OPERATORS_LIMIT_MS } from '../../../src/pairing/pairing';
import { Random } from '../../sim/random';
import { Cable, decode, digest, encode, lines, resigned } from './cable';

const LONG_MS = 900_000;
const nothing = () => new Uint8Array();

describe('a pair', () => {
  it.each([0, 0.1, 0.3])('comes to the same code, secret and text at noise %d', (noise) => {
    for (let seed = 1; seed <= 40; seed++) {
      const text = `set group vip 192.0.2.10/24 # %, ü and "quotes"\n`.repeat(seed);
      const cable = new Cable(seed, text, noise);
      cable.run(LONG_MS);
      const [lead, backup] = cable.sides;
      expect([seed, ...cable.ends]).toEqual([seed, 'paired', 'paired']);
      expect(lead.code).toMatch(/^\d{3} \d{3}$/);
      expect(backup.code).toBe(lead.code);
      expect(lead.secret).toMatch(/^[a-z2-9]{32}$/);
      expect(backup.secret).toBe(lead.secret);
      expect(backup.text).toBe(text);
    }
  });

  it('has another code and secret each time', () => {
    const secrets = Array.from({ length: 20 }, (_, seed) => {
      const cable = new Cable(seed, 'text', 0);
      cable.run(60_000);
      return cable.sides[0].secret;
    });
    expect(new Set(secrets).size).toBe(20);
  });

  it.each([
    [0, 0],
    [0, 110_000],
    [110_000, 0],
  ])('comes about whoever types first: %d ms and %d ms', (...startsMs) => {
    const cable = new Cable(1, 'text', 0.1, { startsMs });
    cable.run(LONG_MS);
    expect(cable.ends).toEqual(['paired', 'paired']);
  });

  it.each(['設定'.repeat(300), '😀'.repeat(300), `${'é'.repeat(119)}😀`, '', '\n', 'x'.repeat(262_144)])(
    'gets the text whole, whatever its characters are: %.5s',
    (text) => {
      const cable = new Cable(1, text, 0);
      cable.run(LONG_MS);
      expect(cable.ends).toEqual(['paired', 'paired']);
      expect(cable.sides[1].text === text).toBe(true);
    },
  );

  it('says on the line neither the secret nor anything that no terminal shows', () => {
    const cable = new Cable(1, 'ü\tx\x1b\n', 0);
    cable.run(LONG_MS);
    const said = cable.sent.join('\n');
    expect(said).not.toContain(cable.sides[0].secret);
    expect(said).toMatch(/^[ -~\n]*$/);
  });

  it('is made on both sides although the word that the other box has it is often lost', () => {
    const cable = new Cable(1, 'text', 0);
    let tooks = 0;
    cable.run(LONG_MS, (bytes) => {
      const isLost = decode(bytes).includes(' took ') && ++tooks <= 20;
      return isLost ? nothing() : bytes;
    });
    expect(tooks).toBeGreaterThan(20);
    expect(cable.ends).toEqual(['paired', 'paired']);
  });
});

describe('it fails on both sides, with a reason,', () => {
  it.each([
    [true, false],
    [false, true],
  ])('when one operator sees another code: %s, %s', (...agrees) => {
    const cable = new Cable(1, 'text', 0, { agrees });
    cable.run(60_000);
    for (const why of cable.ends) expect(why).toContain('the codes were not the same');
    for (const { text, secret } of cable.sides) expect([text, secret]).toEqual([null, null]);
  });

  it.each([
    [[true, true], 'both boxes have a configuration'],
    [[false, false], 'neither box has a configuration'],
  ] as const)('when %j give', (gives, why) => {
    const cable = new Cable(1, 'text', 0, { gives });
    cable.run(60_000);
    for (const said of cable.ends) expect(said).toContain(why);
  });

  it('when nobody is there', () => {
    const cable = new Cable(1, 'text', 0);
    cable.run(GREETING_LIMIT_MS * 2, nothing);
    for (const why of cable.ends) expect(why).toContain('no other box answered');
  });

  it('when the second one comes too late', () => {
    const cable = new Cable(1, 'text', 0, { startsMs: [0, GREETING_LIMIT_MS + 10_000] });
    cable.run(LONG_MS);
    for (const why of cable.ends) expect(why).toContain('no other box answered');
  });

  it('when the operators let it lie', () => {
    const cable = new Cable(1, 'text', 0);
    for (const side of cable.sides) side.operate = () => {};
    cable.run(OPERATORS_LIMIT_MS - 1000);
    expect(cable.ends).toEqual(['comparing', 'comparing']);
    cable.run(OPERATORS_LIMIT_MS + 5000);
    for (const why of cable.ends) expect(why).toContain('not confirmed on both boxes within 5 minutes');
  });

  it('when the cable is pulled out on the way', () => {
    const cable = new Cable(1, 'x'.repeat(5000), 0);
    cable.run(LONG_MS, (bytes) => (cable.nowMs > 1000 ? nothing() : bytes));
    for (const why of cable.ends) expect(why).toContain('fell silent');
    expect(cable.sides[1].text).toBeNull();
  });

  it('when the taker never says that it took it: the giver tells that it may have', () => {
    const cable = new Cable(1, 'text', 0);
    cable.run(LONG_MS, (bytes) => (decode(bytes).includes(' took ') ? nothing() : bytes));
    expect(cable.ends[0]).toContain('may have taken it');
    expect(cable.ends[1]).toBe('paired');
  });

  it('when the taker cannot have the configuration', () => {
    const cable = new Cable(1, 'text', 0, { fault: 'it has no eth7' });
    cable.run(LONG_MS);
    expect(cable.ends).toEqual(['it has no eth7', 'it has no eth7']);
  });

  it('when the other box is of another version', () => {
    const cable = new Cable(1, 'text', 0, { startsMs: [0, 5000] });
    cable.run(60_000, (bytes) => encode(resigned(decode(bytes).replaceAll('@pair 1', '@pair 2'))));
    for (const why of cable.ends)
      expect(why).toBe('the other box speaks version 2 of this; update one of them');
  });

  it('when an operator gives up, whatever comes after that', () => {
    const cable = new Cable(1, 'text', 0);
    cable.run(60_000, (bytes, from) => {
      if (from === 1 && decode(bytes).includes(' number ')) cable.sides[0].pairing!.refuse('^C');
      return bytes;
    });
    expect(cable.ends).toEqual(['^C', '^C']);
  });

  it('when it hears itself', () => {
    const { sides } = new Cable(1, 'text', 0);
    sides[0].start(0);
    sides[0].pairing!.receive(encode(sides[0].pairing!.turn(0)), 0);
    expect(sides[0].end).toContain('looped back');
  });

  it.each([
    ['number', /(number \w{8}) \w{64}/, `$1 ${digest('mine')}`],
    ['name', /hello lead/, 'hello mine'],
  ])('when somebody between them puts in his own %s', (_, from, to) => {
    const cable = new Cable(1, 'text', 0);
    cable.run(60_000, (bytes, side) =>
      side === 0 ? encode(resigned(decode(bytes).replace(from, to))) : bytes,
    );
    expect(cable.ends[1]).toContain('did not keep to its word');
  });

  it('when somebody between them changes the configuration', () => {
    const cable = new Cable(1, 'set group vip 192.0.2.10/24', 0);
    cable.run(60_000, (bytes) => encode(resigned(decode(bytes).replace('192.0.2.10', '192.0.2.66'))));
    for (const why of cable.ends) expect(why).toContain('came over damaged');
  });
});

describe('another attempt', () => {
  it('is not ended by what the one before has left on the line', () => {
    const first = new Cable(1, 'text', 0);
    first.run(LONG_MS);
    const refused = new Cable(1, 'text', 0, { agrees: [true, false] });
    refused.run(LONG_MS);
    const left = [...first.sent, ...refused.sent].filter((line) => !line.includes(' hello '));
    expect(left.some((line) => line.includes(' no '))).toBe(true);
    const again = new Cable(2, 'other', 0);
    again.run(LONG_MS, (bytes) => encode(`${left.join('\n')}\n${decode(bytes)}`));
    expect(again.ends).toEqual(['paired', 'paired']);
    expect(again.sides[1].text).toBe('other');
  });

  it.each([0, 1])('comes about wherever box %d had been switched off in the first', (broken) => {
    for (let offMs = 0; offMs <= 3000; offMs += 50) {
      const cable = new Cable(offMs + broken, 'text'.repeat(200), 0.1);
      cable.run(offMs);
      cable.sides[broken]!.start(cable.nowMs);
      cable.run(cable.nowMs + 60_000);
      // Either both have the same, or neither side takes it for made.
      const [lead, backup] = cable.sides;
      if (backup.stage.kind === 'paired') expect(backup.text).toBe('text'.repeat(200));
      if (lead.stage.kind === 'paired' && lead.attempts === 1 && backup.attempts === 1)
        expect(backup.text).toBe('text'.repeat(200));
      for (const side of cable.sides) side.start(cable.nowMs);
      cable.run(cable.nowMs + LONG_MS);
      expect([offMs, ...cable.ends]).toEqual([offMs, 'paired', 'paired']);
      expect([lead.secret, lead.code]).toEqual([backup.secret, backup.code]);
    }
  });
});

describe('noise', () => {
  it('of a million bytes is nothing', () => {
    const random = new Random(7);
    const [side] = new Cable(1, 'text', 0).sides;
    side.start(0);
    for (let round = 0; round < 1000; round++)
      side.pairing!.receive(
        Uint8Array.from({ length: 1000 }, () => random.below(256)),
        round,
      );
    expect(side.stage).toEqual({ kind: 'greeting' });
  });

  it('with right checksums never brings forth a pair, a text, or what a terminal would obey', () => {
    const random = new Random(8);
    const TYPES = ['hello', 'number', 'yes', 'no', 'part', 'got', 'took', 'end', 'constructor', ''];
    const WORDS = ['0', '1', '2', '-5', '0.5', 'NaN', '1e3', '999999', 'gives', 'takes', '\x1b[2J\u202e', ''];
    for (let seed = 1; seed <= 300; seed++) {
      const cable = new Cable(seed, 'text', 0);
      cable.run(random.below(1200));
      const said = cable.sent.flatMap((line) => line.split(' ').slice(3, -1));
      const words = [...WORDS, ...said, digest(String(seed))];
      for (const side of cable.sides) if (side.pairing === null) side.start(cable.nowMs);
      const [, backup] = cable.sides;
      const before = backup.text;
      for (let round = 0; round < 100; round++) {
        const fields = Array.from({ length: random.below(6) }, () => random.pick(words));
        const bytes = encode(printMessage({ type: random.pick(TYPES), fields }));
        backup.pairing!.receive(bytes, cable.nowMs);
        backup.pairing!.turn(cable.nowMs);
      }
      const { stage } = backup;
      expect(JSON.stringify(stage)).not.toMatch(/\\u001b|\u202e/);
      if (before === null) expect(['received', 'paired']).not.toContain(stage.kind);
    }
  });

  it('in front of a message does it no harm, nor does a carriage return behind it', () => {
    const cable = new Cable(1, 'text', 0);
    cable.run(60_000, (bytes) =>
      encode(
        lines(decode(bytes))
          .map((line) => `\0\0>>>${line}\r\n`)
          .join(''),
      ),
    );
    expect(cable.ends).toEqual(['paired', 'paired']);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { crc } from '../../../src/cluster/signature';
import { GREETING_LIMIT_MS, Pairing } from '../../../src/pairing/pairing';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const STEP_MS = 50;

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Side {
  readonly pairing: Pairing;
  code: string | null;
  secret: string | null;
  text: string | null;
}

/** Two consoles and a line between them, which loses, spoils and mixes in as `random` has it. */
class Cable {
  nowMs = 0;
  readonly sides: readonly [Side, Side];
  constructor(
    private readonly seed: number,
    private readonly text: string,
    private readonly noise: number,
    private readonly agrees: readonly [boolean, boolean] = [true, true],
    gives: readonly [boolean, boolean] = [true, false],
  ) {
    const side = (index: 0 | 1): Side => ({
      pairing: new Pairing({
        name: ['lead', 'backup'][index]!,
        gives: gives[index],
        nonce: digest(`${index} ${seed}`),
        digest,
        nowMs: 0,
      }),
      code: null,
      secret: null,
      text: null,
    });
    this.sides = [side(0), side(1)];
  }

  /** Runs until both are over, or the time is. */
  run(limitMs: number, between: (bytes: Uint8Array, from: number) => Uint8Array = (bytes) => bytes): void {
    const random = generator(this.seed);
    for (; this.nowMs < limitMs; this.nowMs += STEP_MS) {
      for (const [index, side] of this.sides.entries()) {
        this.operate(side, index);
        const sent = side.pairing.turn(this.nowMs);
        if (sent === '') continue;
        let line = random() < this.noise ? `>>>\nt=status\nsrc=lead\n${sent}` : sent;
        if (random() < this.noise) line = line.slice(0, Math.floor(random() * line.length));
        const bytes = encode(line);
        for (let at = 0; at < bytes.length; at++)
          if (random() < this.noise / 500) bytes[at] = Math.floor(random() * 256);
        this.sides[1 - index]!.pairing.receive(between(bytes, index), this.nowMs);
      }
      if (this.sides.every(({ pairing }) => pairing.isOver)) return;
    }
  }

  private operate(side: Side, index: number): void {
    const { pairing } = side;
    const { stage } = pairing;
    if (stage.kind === 'comparing') {
      side.code = stage.code;
      pairing.answer(this.agrees[index]!);
    } else if (stage.kind === 'agreed') {
      side.secret = stage.secret;
      if (index === 0) pairing.give(this.text);
    } else if (stage.kind === 'received') {
      side.secret = stage.secret;
      side.text = stage.text;
      pairing.finished(null);
    }
  }
}

describe('a pair', () => {
  it.each([0, 0.1, 0.3])('comes to the same code, secret and text at noise %d', (noise) => {
    for (let seed = 1; seed <= 40; seed++) {
      const text = `set group vip 192.0.2.10/24 # %, ü and "quotes"\n`.repeat(seed);
      const cable = new Cable(seed, text, noise);
      cable.run(600_000);
      const [lead, backup] = cable.sides;
      expect([seed, lead.pairing.stage.kind, backup.pairing.stage.kind]).toEqual([seed, 'paired', 'paired']);
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
});

describe('it fails on both sides, with a reason,', () => {
  const reasons = (cable: Cable): string[] =>
    cable.sides.map(({ pairing: { stage } }) => (stage.kind === 'failed' ? stage.why : stage.kind));

  it('when one operator sees another code', () => {
    const cable = new Cable(1, 'text', 0, [true, false]);
    cable.run(60_000);
    for (const why of reasons(cable)) expect(why).toContain('the codes were not the same');
    expect(cable.sides.map(({ text }) => text)).toEqual([null, null]);
  });

  it.each([
    [[true, true], 'both boxes have a configuration'],
    [[false, false], 'neither box has a configuration'],
  ] as const)('when %j give', (gives, why) => {
    const cable = new Cable(1, 'text', 0, [true, true], gives);
    cable.run(60_000);
    for (const said of reasons(cable)) expect(said).toContain(why);
  });

  it('when nobody is there', () => {
    const cable = new Cable(1, 'text', 0);
    cable.run(GREETING_LIMIT_MS * 2, () => new Uint8Array());
    for (const why of reasons(cable)) expect(why).toContain('no other box answered');
  });

  it('when the cable is pulled out on the way', () => {
    const cable = new Cable(1, 'x'.repeat(5000), 0);
    cable.run(600_000, (bytes) => (cable.nowMs > 2000 ? new Uint8Array() : bytes));
    for (const why of reasons(cable)) expect(why).toContain('fell silent');
  });

  it('when it hears itself', () => {
    const [{ pairing }] = new Cable(1, 'text', 0).sides;
    pairing.receive(encode(pairing.turn(0)), 0);
    expect(pairing.stage).toMatchObject({ kind: 'failed', why: expect.stringContaining('looped back') });
  });

  it('when somebody between them puts his own number in', () => {
    const cable = new Cable(1, 'text', 0);
    const swap = (text: string): string => text.replace(/number [0-9a-f]{64}/, `number ${digest('mine')}`);
    cable.run(60_000, (bytes, from) => {
      const text = new TextDecoder().decode(bytes);
      return from === 0 && text.includes('number') ? encode(resigned(swap(text))) : bytes;
    });
    expect(reasons(cable)[1]).toContain('did not keep to its word');
  });
});

it('survives a million bytes of noise', () => {
  const random = generator(7);
  const [{ pairing }] = new Cable(1, 'text', 0).sides;
  for (let round = 0; round < 1000; round++)
    pairing.receive(
      Uint8Array.from({ length: 1000 }, () => Math.floor(random() * 256)),
      round,
    );
  expect(pairing.stage).toEqual({ kind: 'greeting' });
});

/** Lines with right checksums again, as one who knows the form would make them. */
function resigned(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const body = line.slice(0, line.lastIndexOf(' '));
      const bytes = encode(body);
      return `${body} ${crc(bytes).toString(16)}\n`;
    })
    .join('');
}

import { describe, expect, test } from 'vitest';
import { dnsProbe } from '../../../../src/monitor/checks/dns';
import { question, readAnswer } from '../../../../src/monitor/checks/dns-message';
import { generator } from '../../random';

function probe(options: string) {
  const made = dnsProbe(`dns.monitor ${options}`.split(' '), 3000);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

/** An answer to the probe's own question, with these records: type, and data in hexadecimal. */
function answer(
  options: string,
  rcode: number,
  ...records: readonly (readonly [number, string])[]
): Uint8Array {
  const { request } = probe(options).exchange('10.0.0.53');
  const head = [...request];
  head[2] = 0x81;
  head[3] = 0x80 | rcode;
  head[7] = records.length;
  const body = records.flatMap(([type, hex]) => {
    const data = Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    return [0xc0, 12, 0, type, 0, 1, 0, 0, 1, 44, data.length >> 8, data.length & 255, ...data];
  });
  return Uint8Array.from([...head, ...body]);
}

function judge(options: string, bytes: Uint8Array): string | null {
  return probe(options).judge({ ok: true, value: { bytes, end: 'enough' } });
}

test('a question is as RFC 1035 has it', () => {
  const hex = [...question(0x1234, 'www.example.org', 'AAAA')].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  expect(hex.join('')).toBe('12340100000100000000000003777777076578616d706c65036f726700001c0001');
});

describe('the options', () => {
  test("are the script's", () => {
    expect(
      probe('--caching_only --query=www.example.org:MX --retry 4 --timeout 2').exchange('10.0.0.53'),
    ).toMatchObject({
      transport: 'udp',
      port: 53,
      deadlineMs: 2000,
      resend: { everyMs: 400, times: 4 },
    });
  });

  test.each([
    ['', 'dns.monitor cannot take ""; it takes'],
    ['-caching_only', 'dns.monitor needs -query NAME[:TYPE[:VALUE]]'],
    ['-query .', '-query "." is not a name like www.example.org, perhaps with :TYPE and :VALUE'],
    ['-query a..b', '-query "a..b" is not a name'],
    [`-query ${'a'.repeat(64)}.org`, 'is not a name'],
    ['-query a.org:NONE', '-query "a.org:NONE" is not of a type that is known: A NS'],
    ['-query a.org:MX:10.0.0.1', 'is not one whose value can be compared'],
    ['--zone example.org', 'dns.monitor cannot take -zone here: it compares zones'],
    ['-tcp', 'dns.monitor cannot take -tcp here: questions go over UDP'],
  ])('%j are refused', (options, sentence) => {
    const made = dnsProbe(`dns.monitor ${options}`.split(' '), 3000);
    expect(made.ok ? 'taken' : made.error).toContain(sentence);
  });
});

describe('an answer', () => {
  const query = '-query www.example.org:A:192.0.2.7';

  test('is good with the address that was expected', () => {
    expect(judge(query, answer(query, 0, [1, 'c0000208'], [1, 'c0000207']))).toBeNull();
    expect(judge('-query www.example.org', answer('-query www.example.org', 0, [1, 'c0000201']))).toBeNull();
    const six = '-query a.org:AAAA:2001:DB8::0:1';
    expect(judge(six, answer(six, 0, [5, '0161c00c'], [28, '20010db8000000000000000000000001']))).toBeNull();
  });

  test('is bad otherwise', () => {
    expect(judge(query, answer(query, 0, [1, 'c0000208']))).toBe(
      'A of www.example.org is 192.0.2.8, not 192.0.2.7',
    );
    expect(judge(query, answer(query, 0, [5, '0161c00c']))).toBe('A of www.example.org: no such record');
    expect(judge(query, answer(query, 3))).toBe('A of www.example.org: NXDOMAIN');
    expect(judge(query, answer(query, 0, [1, 'c0000207']).subarray(0, 40))).toMatch(/makes no sense$/);
    expect(judge(query, new Uint8Array(3))).toMatch(/makes no sense$/);
  });

  test('counts only when it is to this question', () => {
    const { next } = probe(query).exchange('10.0.0.53');
    const good = answer(query, 0);
    expect(next?.(good)).toBe('enough');
    expect(next?.(Uint8Array.from(good, (byte, at) => (at === 0 ? byte ^ 1 : byte)))).toBeNull();
    expect(next?.(probe(query).exchange('10.0.0.53').request)).toBeNull();
  });

  test('may be any bytes', () => {
    const below = generator(7);
    const good = answer(query, 0, [1, 'c0000207'], [5, '0161c00c']);
    for (let round = 0; round < 5000; round++) {
      const bytes = Uint8Array.from(good.subarray(0, below(good.length + 1)), (byte) =>
        below(10) === 0 ? below(256) : byte,
      );
      const read = readAnswer(bytes, 'A');
      expect(read === null || read.values.length <= bytes.length).toBe(true);
    }
  });
});

/**
 * What the i586 build must be: no instruction that a Pentium lacks, doubles as ECMAScript has them, division by our
 * own helpers, and bytecode that does not depend on where it is made.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command } from '../../board/build/command';
import { buildRunner, runnerTargets, runnerToolchain } from '../../board/build/runner';
import { BUILD_TIMEOUT_MS, compiles, Runner } from './runtime-harness';

const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
const paths = new Map<string, string>();
let i586: Runner;

beforeAll(async () => {
  for (const target of runnerTargets) paths.set(target, await buildRunner(target));
  i586 = new Runner(paths.get('i586')!, paths.get('x64')!);
}, BUILD_TIMEOUT_MS);
afterAll(() => {
  i586.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Instructions that came after the Pentium (without MMX), by kind, and how many there are of all. */
async function countInstructions(program: string): Promise<Record<string, number>> {
  const text = await command('objdump', ['-d', '--no-show-raw-insn', program]);
  const count = { all: 0, sse: 0, mmx: 0, cmov: 0, other: 0 };
  for (const line of text.split('\n')) {
    const match = /^\s*[0-9a-f]+:\t(?:(?:lock|rep[nez]*|data16|cs|[defgs]s) )*(\S+)\s*(.*)/.exec(line);
    if (!match) continue;
    const name = match[1]!;
    const operands = match[2]!;
    count.all++;
    if (/%[xyz]mm/.test(operands) || /^(ldmxcsr|stmxcsr|prefetch|[lms]fence|movnti)/.test(name)) count.sse++;
    else if (/%mm\d/.test(operands) || /^(emms|femms)$/.test(name)) count.mmx++;
    else if (/^f?cmov/.test(name)) count.cmov++;
    // Also of the Pentium Pro: compares into the flags, and no-operations with an operand.
    else if (/^(fu?comip?|nop[wl]|endbr\d\d|sys(enter|exit)|popcnt|cmpxchg16b)$/.test(name)) count.other++;
  }
  return count;
}

describe('the i586 runner', () => {
  test('has no SSE, MMX, CMOV or later instruction', async () => {
    const { all, ...later } = await countInstructions(paths.get('i586')!);
    expect(all).toBeGreaterThan(100_000);
    expect(later).toEqual({ sse: 0, mmx: 0, cmov: 0, other: 0 });
  });

  test('is counted by a counter that counts', async () => {
    const source = join(folder, 'late.c');
    writeFileSync(
      source,
      `typedef int four __attribute__((vector_size(8)));
four mmx(four a, four b) { return a + b; }
float sse(float a, float b) { return a * b; }
int cmov(int a, int b, int c) { return a ? b : c; }
long double fcmov(long double a, long double b) { return a < b ? a : b; }
`,
    );
    const object = join(folder, 'late.o');
    await command('gcc', [
      '-m32',
      '-march=pentium3',
      '-msse',
      '-mfpmath=sse',
      '-O2',
      '-c',
      source,
      '-o',
      object,
    ]);
    const late = await countInstructions(object);
    for (const kind of ['sse', 'mmx', 'cmov', 'other']) expect(late[kind]).toBeGreaterThan(0);
    const x64 = await countInstructions(paths.get('x64')!);
    expect(x64.sse).toBeGreaterThan(1000);
    expect(x64.cmov).toBeGreaterThan(100);
  });

  test('is static and needs no other file', async () => {
    const headers = await command('readelf', ['-lW', paths.get('i586')!]);
    expect(headers).toContain('LOAD');
    expect(headers).not.toMatch(/INTERP|DYNAMIC/);
  });
});

/** One expression per line; the same is evaluated here, by Node. */
const EXACT = [
  '0.1 + 0.7',
  '0.1 * 3',
  '1 / 3',
  '4.35 * 100',
  '1.1 + 2.2',
  '9007199254740993',
  '2 ** 53 + 1',
  '1e23',
  '1e22 * 10',
  '123456789012345680000 / 3',
  '5e-324',
  '2.2250738585072014e-308',
  '1.7976931348623157e308',
  '1.7976931348623157e308 * 10',
  '(1.005).toFixed(2) + (0.000001234).toExponential(3) + (25).toString(36)',
  // Right at 53 bits, wrong where 64-bit results are rounded a second time.
  '1 + 2 ** -53 + 2 ** -105',
  '1 + (2 ** -53 + 2 ** -105)',
  '1 + (2 ** -53 + 2 ** -64)',
  '(1 + 2 ** -52) * (1 - 2 ** -53)',
  '9007199254740992 + 1.0009765625',
  '9007199254740994 - 0.99993896484375',
  '0.1 + 0.2 - 0.3',
  '1000000.000000007 * 0.9999999999999999',
  '5e-324 / 2',
  'Math.sqrt(2) * Math.sqrt(3)',
  'Math.floor(-0.5) + Math.round(2.5) + Math.round(-2.5) + Math.trunc(-7.9) + Math.ceil(1e-300)',
  'Math.round(0.49999999999999994)',
  'Math.fround(1 + 2 ** -24 + 2 ** -40)',
  '7.9 % 0.3',
  '-1e300 % 7',
  '4294967295.5 | 0',
  '-2147483649 >>> 0',
  '(2 ** 31 + 0.999999999) >> 0',
  '123456789n ** 7n % 1000000007n',
  '0xffffffffffffffffn / 10n',
  '-(2n ** 100n) / 3n ** 5n',
];

/** What Node makes of the expressions that the runner is given. */
function evaluate(expressions: readonly string[]): unknown[] {
  return new Function(`return [${expressions.join(',\n')}];`)();
}

/** The same arithmetic on pseudo-random operands of many magnitudes; a hash would hide where it differs. */
const ARITHMETIC = `
let seed = 12345;
const next = () => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return seed / 4294967296; };
const operand = () => { let x = next() - 0.5; for (let k = Math.floor(next() * 60) - 30; k !== 0; k -= Math.sign(k)) x = k > 0 ? x * 10 : x / 10; return x; };
const results = [];
for (let i = 0; i < 3000; i++) { const a = operand(), b = operand(); results.push([a, b, a + b, a - b, a * b, a / b, a % b, Math.sqrt(Math.abs(a)), (a * b + a) / b].join(' ')); }
`;

describe('doubles without SSE2', () => {
  test('are those of Node for expressions that 64-bit precision gets wrong, and others', () => {
    const printed = i586.lines(EXACT.map((expression) => `print(String(${expression}));`).join('\n'));
    expect(printed).toEqual(evaluate(EXACT).map(String));
  });

  test('would differ at 64-bit precision', async () => {
    const source = join(folder, 'precision.c');
    writeFileSync(
      source,
      `int printf(const char *, ...);
int main(void) {
  volatile double one = 1, small = 0x1p-53, tiny = 0x1p-105, sum;
  for (int bits = 0x200; bits <= 0x300; bits += 0x100) {
    unsigned short control;
    __asm__ volatile("fnstcw %0" : "=m"(control));
    control = (control & ~0x300) | bits;
    __asm__ volatile("fldcw %0" : : "m"(control));
    sum = small + 0x1p-64;
    sum = one + sum;
    printf("%d ", sum > one);
  }
  return 0;
}
`,
    );
    expect(await buildI586('precision', source)).toBe('1 0 ');
  });

  test('are those of Node for arithmetic over many magnitudes', () => {
    const printed = i586.lines(`${ARITHMETIC} for (const line of results) print(line);`);
    const expected = new Function(`${ARITHMETIC} return results;`)() as string[];
    expect(printed).toEqual(expected);
  });

  test('are within one unit in the last place for functions, large arguments included', () => {
    const functions =
      'acos asin atan atanh cbrt cos cosh exp expm1 log log10 log1p log2 sin sinh tan tanh'.split(' ');
    const inputs = [
      0.5, -0.25, 0.1, 1e-5, 0.9999999, 2.5, 100, 1e5, 1e10, 1e22, -1e15, 700, 4503599627370497,
    ];
    const calls = [
      ...functions.flatMap((name) => inputs.map((value) => `Math.${name}(${value})`)),
      ...inputs.flatMap((value) => [
        `Math.atan2(${value}, 3)`,
        `Math.hypot(${value}, 3)`,
        `Math.pow(1.5, ${value})`,
      ]),
    ];
    const printed = i586.lines(calls.map((call) => `print(String(${call}));`).join('\n'));
    const values = evaluate(calls) as number[];
    const far = calls.filter((_call, i) => {
      const expected = values[i]!;
      const actual = Number(printed[i]);
      return !Object.is(actual, expected) && !(Math.abs(actual - expected) <= Math.abs(expected) * 2 ** -51);
    });
    expect(far).toEqual([]);
  });
});

/** Compiles C for the i586 with our division helpers, runs it, and returns what it prints. */
async function buildI586(name: string, source: string): Promise<string> {
  const helpers = fileURLToPath(new URL('../../src/runtime/div64.c', import.meta.url));
  const toolchain = await runnerToolchain('i586');
  const objects: string[] = [];
  for (const part of [source, helpers]) {
    const object = join(folder, `${name}-${objects.length}.o`);
    await command('gcc', [...toolchain.flags, ...toolchain.compile, '-c', part, '-o', object]);
    objects.push(object);
  }
  const program = join(folder, name);
  // The runner's wrapped functions are not part of this program.
  const link = toolchain.link(objects).filter((argument) => !argument.includes('--wrap='));
  await command('gcc', [...toolchain.flags, '-o', program, ...link]);
  return command(program, []);
}

describe('64-bit division on the i586', () => {
  test('is right for edges and random operands, signed and not', async () => {
    const edges = [
      1n,
      2n,
      3n,
      7n,
      10n,
      0xffffn,
      0x7fffffffn,
      0x80000000n,
      0xffffffffn,
      0x100000000n,
      0x100000001n,
    ];
    edges.push(
      0x1ffffffffn,
      0x7fffffffffffffffn,
      0x8000000000000000n,
      0x8000000000000001n,
      0xffffffff00000000n,
    );
    edges.push(0xfffffffffffffffen, 0xffffffffffffffffn);
    const pairs = edges.flatMap((n) => edges.map((d) => [n, d] as const));
    let seed = 1n;
    const random = (): bigint => {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
      return seed >> (seed % 61n);
    };
    for (let i = 0; i < 3000; i++) pairs.push([random(), random() || 1n]);
    const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
    const rows = pairs.map(([n, d]) => {
      // The one quotient that does not fit is undefined in C.
      const overflows = n === 0x8000000000000000n && d === 0xffffffffffffffffn;
      const quotient = overflows ? 0n : BigInt.asUintN(64, signed(n) / signed(d));
      const remainder = overflows ? 0n : BigInt.asUintN(64, signed(n) % signed(d));
      const numbers = [n, d, n / d, n % d, quotient, remainder].map((value) => `${value}u`).join(',');
      return `{${numbers},${overflows ? 0 : 1}}`;
    });
    // The last row is wrong on purpose: it must be found.
    rows.push('{10u,3u,3u,2u,3u,1u,1}');
    const source = join(folder, 'division.c');
    writeFileSync(
      source,
      `#include <stdio.h>
typedef unsigned long long u64;
static volatile u64 rows[][7] = {${rows.join(',\n')}};
int main(void) {
  int wrong = 0, count = sizeof(rows) / sizeof(rows[0]);
  for (int i = 0; i < count; i++) {
    u64 n = rows[i][0], d = rows[i][1];
    int right = n / d == rows[i][2] && n % d == rows[i][3];
    if (rows[i][6])
      right = right && (u64)((long long)n / (long long)d) == rows[i][4] && (u64)((long long)n % (long long)d) == rows[i][5];
    wrong += !right;
  }
  printf("%d of %d", wrong, count);
  return 0;
}
`,
    );
    expect(await buildI586('division', source)).toBe(`1 of ${rows.length}`);
  });
});

describe('bytecode', () => {
  const SOURCE = `import { write } from 'sys';
export const big = [2n ** 64n, 123456789012345678901234567890n, -1n, 0n, 0xffffffffffffffffn];
const doubles = [0.1, -0, 1e300, 5e-324, NaN, 4294967296, -2147483649];
class A { #p = 1; static s = /a(?<n>[\\u{1F600}-\\u{1F64F}b]+)/giu; get p() { return this.#p ?? 'ü€😀'; } async *g() { yield* [1, 2]; } }
export default (x = doubles) => { try { label: for (const [k, { v = 2 }] of x) { if (k) continue label; } } finally { write(1, new ArrayBuffer(0), 0, 0); } return \`\${new A().p}\`; };
`;

  test('is the same whichever runner makes it, wherever and however often', () => {
    const made = runnerTargets.filter(compiles).flatMap((target) =>
      ['one', 'another/deeper'].map((place) => {
        const runner = new Runner(paths.get(target)!);
        const at = join(runner.folder, place);
        mkdirSync(at, { recursive: true });
        writeFileSync(join(at, 'main.js'), SOURCE);
        expect(runner.exec('--compile', join(at, 'main.js'), join(at, 'out.usb'))).toMatchObject({
          status: 0,
          stderr: '',
        });
        const bytes = readFileSync(join(at, 'out.usb'));
        runner.remove();
        return bytes.toString('base64');
      }),
    );
    expect(made.length).toBe(4);
    expect(new Set(made).size).toBe(1);
  });

  test('says in its first line what made it, and depends on the source', () => {
    const first = readFileSync(i586.compile(SOURCE));
    expect(first.toString('latin1').split('\n')[0]).toMatch(
      /^UNDERSTUDY-BYTECODE 2025-04-26 \d+ [0-9a-f]{8}$/,
    );
    expect(readFileSync(i586.compile(SOURCE.replace('0.1', '0.2'))).equals(first)).toBe(false);
  });
});

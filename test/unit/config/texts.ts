/** Random texts in the configuration's form: every setting of the schema, with names that meet and all ways of writing. */

import { ARGUMENTS, type Entry, SCHEMA, type ValueType } from '../../../src/config/schema';
import { joinWords, quoteWord } from '../../../src/config/text';
import type { Random } from '../../sim/random';

/** Few, so that lines meet; as the program writes them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  NODE: ['lb-a', 'lb-b', 'lb'],
  INTERFACE: ['eth0', 'eth1'],
  DEVICE: ['/dev/ttyS0', '/dev/ttyS1'],
  PINGGROUP: ['up', 'upper'],
  VARIABLE: ['DIRECTORY', '_X'],
};
const COMMENTS = ['# as in the paper', '#', '# "odd', '# say "hi" # twice', '#\t\u00e9'];

/** A value that the type takes; some in other words than the program's own. */
function randomValue(random: Random, type: ValueType): string {
  switch (type.kind) {
    case 'number':
      return String(type.min + random.below(Math.min(3, type.max - type.min + 1)));
    case 'one-number':
      return String(random.pick(type.numbers));
    case 'duration':
      return random.pick(
        type.minMs > 2000 ? ['60s', '1m', '1.5m'] : ['2s', '2000ms', '2.0s', '3s', '60s', '1m'],
      );
    case 'one-word':
      return random.pick(type.words);
    case 'pattern':
      return random.pick(
        ['/dev/watchdog', '/dev/watchdog1'].concat(NAMES.NODE!).filter((w) => type.pattern.test(w)),
      );
    case 'text':
      return random.pick(['', 'wd {Sun-Sat}', '#', 'a "b" \\c', '\\"']);
    case 'secret':
      return random.pick(['s', 'two words', '"', '#x', '\u{1f600}\\']);
    case 'command':
      return random.pick(['a', 'a  b', 'a "b c"', 'a "" \\', '"a" \'b\'']);
    case 'address':
      return random.pick(['192.0.2.1', '192.0.2.2']);
    case 'multicast':
      return random.pick(['239.0.0.1', '239.0.0.2']);
    case 'interface-address':
      return random.pick(['192.0.2.1/24', '192.0.2.2/24', '192.0.2.2/25']);
    case 'network':
      return random.pick(['0.0.0.0/0', '192.0.2.0/24']);
    case 'endpoint':
      return random.pick(['192.0.2.1:80', '192.0.2.1:8', '192.0.2.2:80']);
  }
}

function randomPath(random: Random, entry: Entry): string[] {
  return entry.path.split(' ').map((word) => {
    const type = ARGUMENTS[word];
    if (type === undefined) return word;
    return NAMES[word] === undefined ? randomValue(random, type) : random.pick(NAMES[word]);
  });
}

/** The words of one setting, as behind `set`. */
export function randomWords(random: Random, entry = random.pick(SCHEMA)): string[] {
  const path = randomPath(random, entry);
  return entry.value === null ? path : [...path, randomValue(random, entry.value)];
}

/** Lines that can be read; each setting of one value has one. */
export function randomText(random: Random, most = 30): string {
  const lines: string[] = [];
  const values = new Map<string, string>();
  for (let left = random.below(most + 1); left > 0; left--) {
    const entry = random.pick(SCHEMA);
    const words = randomWords(random, entry);
    const path = words.slice(0, entry.path.split(' ').length);
    const value = entry.value === null ? '' : words.at(-1)!;
    const known = values.get(path.join(' '));
    if (known !== undefined && known !== value && entry.many !== true) continue;
    values.set(path.join(' '), value);
    let line = `set ${joinWords(words)}`;
    // A sibling in the same line.
    const sibling = SCHEMA.find(
      (one) => one !== entry && one.value !== null && parent(one) === parent(entry),
    );
    if (entry.value !== null && sibling !== undefined && random.chance(0.3)) {
      const siblingPath = [...path.slice(0, -1), sibling.path.split(' ').at(-1)!];
      if (!values.has(siblingPath.join(' '))) {
        const other = randomValue(random, sibling.value!);
        values.set(siblingPath.join(' '), other);
        line += ` ${siblingPath.at(-1)} ${quoteWord(other)}`;
      }
    }
    if (random.chance(0.2)) line = `\t${line}`.replaceAll(/ (?=set|heartbeat)/g, '  ');
    if (random.chance(0.3)) line += `  ${random.pick(COMMENTS)}`;
    if (random.chance(0.1)) lines.push(random.pick(['', ' ', ...COMMENTS]));
    lines.push(line);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function parent({ path }: Entry): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(' ')));
}

/** Another order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

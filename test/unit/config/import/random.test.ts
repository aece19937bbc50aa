/** Seeded nonsense: nothing throws, every meant line has its account, and what is printed can be read. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/config/import/index';
import { readSettings } from '../../../../src/config/read';
import { generator } from '../../random';

const PAPER = join(dirname(fileURLToPath(import.meta.url)), '../../../lab/paper');
const NAMES = ['ha.cf', 'authkeys', 'haresources', 'ipvsadm.rules', 'mon.cf', 'unknown'];
const WORDS = (
  'keepalive deadtime node serial bcast mcast ucast baud udpport auto_failback hopfudge ping ping_group deadping watchdog stonith stonith_host respawn failfast root auth crc sha1 md5 IPaddr:: ' +
  'hostgroup watch service period monitor alert upalert interval -A -a -t -u -s -r -R -m -w --weight= -p -At ipvsadm ' +
  '192.0.2.1 192.0.2.1:80 192.0.2.1/24 300.1.1.1 /dev/ttyS0 eth0 1 2 0 -1 99999999999 2s 5ms 0.0001 on legacy = : :: ;; ' +
  '"x y" "open \' \\ \\\\ {Mon-Fri} wd # é \u{1f600} \ud800 \u0000 \u2028 \ufeff __proto__ constructor'
).split(' ');
const SEPARATORS = [' ', ' ', ' ', '\t', '\n', '\n', '\r\n', '\\\n', '\n\n', ''];

function nonsense(below: (limit: number) => number): string {
  const pieces = Array.from(
    { length: below(60) },
    () => `${WORDS[below(WORDS.length)]}${SEPARATORS[below(SEPARATORS.length)]}`,
  );
  return pieces.join('');
}

/** A real file with some characters replaced, removed or doubled. */
function damaged(text: string, below: (limit: number) => number): string {
  let result = text;
  for (let count = below(12); count > 0; count -= 1) {
    const at = below(result.length + 1);
    const piece = [WORDS[below(WORDS.length)]!, '', result.slice(at, at + below(40)).repeat(2)][below(3)]!;
    result = result.slice(0, at) + piece + result.slice(at + below(8));
  }
  return result;
}

function check(files: readonly { readonly name: string; readonly text: string }[]): void {
  const imported = importFiles(files);
  const { text, account } = imported;
  expect(readSettings(text, '').problems).toEqual([]);
  for (const line of text.split('\n')) expect(line).toMatch(/^(#|set |$)/);
  for (const { sentence } of account) expect(sentence).toMatch(/\S/);
  expect(importFiles(files)).toEqual(imported);
}

describe('import of nonsense', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('never throws on random words (seed %i)', (seed) => {
    const below = generator(seed);
    for (let round = 0; round < 40; round += 1) check(NAMES.map((name) => ({ name, text: nonsense(below) })));
  });

  it.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'never throws on damaged files (seed %i)',
    (seed) => {
      const below = generator(1000 + seed);
      const files = ['ha.cf', 'mon.cf', 'ipvsadm.rules'].map((name) => ({
        name,
        text: readFileSync(join(PAPER, name), 'utf8'),
      }));
      for (let round = 0; round < 30; round += 1)
        check(files.map(({ name, text }) => ({ name, text: damaged(text, below) })));
    },
  );
});

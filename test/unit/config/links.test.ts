import { expect, test } from 'vitest';
import { linksOf } from '../../../src/config/links';
import { parseConfig } from '../../../src/config/parse';
import { EXAMPLE, FILE } from './example';

const config = parseConfig(
  `${EXAMPLE}set heartbeat ucast eth1 peer 192.168.2.11\nset heartbeat ucast eth1 peer 192.168.2.12\n`,
  FILE,
).config!;
const [serial, bcast, toSeven, toMazelut] = config.heartbeat.links;

test('a box uses every link but the one to itself', () => {
  expect(linksOf(config, 'seven.ce.cnu.ac.kr')).toEqual([serial, bcast, toMazelut]);
  expect(linksOf(config, 'mazelut.ce.cnu.ac.kr')).toEqual([serial, bcast, toSeven]);
});

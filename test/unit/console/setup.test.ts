import { describe, expect, it } from 'vitest';
import { printDocument } from '../../../src/config/document';
import { parseConfig } from '../../../src/config/parse';
import { following, setup } from '../../../src/console/setup';
import { monitorFaults } from '../../../src/monitor/validate';
import { fake } from './fake';

/** In the order of the questions; '' takes the default. */
const ANSWERS = [
  '',
  '',
  '',
  '192.0.2.11/24',
  '',
  '192.0.2.1',
  '',
  '10.0.0.11/24',
  '',
  '192.0.2.10/24',
  '10.0.0.1/24',
  '',
  '10.0.0.21 10.0.0.22',
  '',
];

describe('setup', () => {
  it('makes a good configuration of few answers', async () => {
    const shell = fake('');
    shell.answers.push(...ANSWERS);
    expect(await setup(shell)).toBe('lead');
    const text = printDocument(shell.draft);
    const { config, problems, warnings } = parseConfig(text, 'setup', monitorFaults);
    expect([problems, warnings]).toEqual([[], []]);
    expect(config!.nodes.map(({ name }) => name)).toEqual(['backup', 'lead']);
    expect(config!.services[0]!.servers).toHaveLength(2);
    expect(config!.watches).toHaveLength(2);
    expect(config!.heartbeat.auth.keys[0]!.secret).toHaveLength(24);
    expect(text).toContain('set node backup interface eth1 address 10.0.0.12/24');
    expect(shell.output.join('\n')).not.toContain(config!.heartbeat.auth.keys[0]!.secret);
    expect(shell.commits).toEqual([]);
  });

  it('asks again where an answer does not fit, and says why', async () => {
    const shell = fake('');
    const wrong = [...ANSWERS];
    wrong.splice(3, 0, '192.0.2.11', '192.0.2.300/24');
    wrong.splice(1, 0, 'lead', 'two words');
    shell.answers.push(...wrong);
    expect(await setup(shell)).toBe('lead');
    expect(shell.output.filter((line) => line.includes('different names'))).toHaveLength(1);
    expect(shell.output.filter((line) => line.includes('192.0.2.300/24'))).toHaveLength(1);
  });

  it('refuses answers that do not fit together, and changes nothing', async () => {
    const shell = fake('');
    shell.answers.push(...ANSWERS.slice(0, 9), '203.0.113.9/24', ...ANSWERS.slice(10));
    expect(await setup(shell)).toBeNull();
    expect(shell.output.at(-1)).toContain('do not fit together');
    expect(printDocument(shell.draft)).toBe('');
  });

  it('can be given up at every question', async () => {
    for (let count = 0; count < ANSWERS.length; count++) {
      const shell = fake('');
      shell.answers.push(...ANSWERS.slice(0, count), null);
      expect(await setup(shell)).toBeNull();
      expect(printDocument(shell.draft)).toBe('');
    }
  });

  it('guesses the other address', () => {
    expect(following('10.0.0.11/24')).toBe('10.0.0.12/24');
    expect(following('10.0.0.254/24')).toBeNull();
    expect(following(undefined)).toBeNull();
  });
});

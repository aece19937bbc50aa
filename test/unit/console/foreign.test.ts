import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EMPTY, printDocument, readDocument } from '../../../src/config/document';
import { IMPORT, SHOW_FOREIGN } from '../../../src/console/foreign';
import { Grammar } from '../../../src/console/grammar';
import type { Shell } from '../../../src/console/shell';
import { fake, TEXT } from './fake';

const grammar = new Grammar<Shell>([...IMPORT, SHOW_FOREIGN]);

async function run(shell: ReturnType<typeof fake>, line: string): Promise<string[]> {
  const found = grammar.find(line.split(' '), shell);
  if (!found.ok) return [found.error];
  shell.output.length = 0;
  await found.value.entry.run(shell, found.value);
  return [...shell.output];
}

it('takes over the files of the paper, line by line, and asks for what they do not say', async () => {
  const shell = fake('');
  shell.draft = EMPTY;
  shell.answers.push(readFileSync('test/lab/paper/ha.cf', 'utf8'), 'set heartbeat serial /dev/ttyS1', '');
  const said = await run(shell, 'import ha.cf');
  expect(said).toContainEqual(expect.stringMatching(/^line \d+: taken: /));
  expect(said.join('\n')).toMatch(/missing: .*(medium|link)/);
  const text = printDocument(shell.draft);
  expect(text).toContain('set heartbeat keepalive 2s');
  expect(text).toContain('set heartbeat serial /dev/ttyS1');
});

it('takes a file, and changes nothing where there is none', async () => {
  const shell = fake('');
  shell.draft = EMPTY;
  expect(await run(shell, 'import authkeys /tmp/authkeys')).toEqual(['there is no /tmp/authkeys.']);
  shell.files.set('/tmp/authkeys', 'auth 1\n1 sha1 of-the-old-boxes\n');
  await run(shell, 'import authkeys /tmp/authkeys');
  expect(printDocument(shell.draft)).toContain('set heartbeat key 1 sha1 of-the-old-boxes');
  expect(await run(shell, 'import lvs.cf /tmp/authkeys')).toEqual([
    expect.stringContaining('expected ha.cf, haresources, authkeys, mon.cf or ipvsadm'),
  ]);
});

it('prints what runs in the old forms, without secrets', async () => {
  const shell = fake(TEXT);
  expect(readDocument(TEXT).ok).toBe(true);
  expect((await run(shell, 'show config ha.cf')).join('\n')).toMatch(/^serial +\/dev\/ttyS1$/m);
  expect(await run(shell, 'show config ipvsadm')).toEqual([
    '-A -t 192.0.2.10:80 -s rr',
    '-a -t 192.0.2.10:80 -r 10.0.0.21:80 -m -w 1',
  ]);
  expect((await run(shell, 'show config authkeys')).join('\n')).not.toContain('secret');
});

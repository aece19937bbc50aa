import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Command } from '../../src/host/host';
import { program } from './host/harness';

async function execute(command: Partial<Command>) {
  const said = await (await program('io.ts', ['execute', JSON.stringify(command)])).all();
  expect(said).toHaveLength(1);
  return said[0];
}

const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

/** Running `sleep mark` processes. */
function processes(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      // One that has ended and waits for its parent has no arguments any more.
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`sleep\0${mark}\0`);
    } catch {
      return false;
    }
  });
}

describe('running a program', () => {
  it('gives its status and what it wrote on both outputs, in order', async () => {
    const argv = shell('echo one; echo two >&2; echo three; exit 7');
    expect(await execute({ argv })).toEqual({ status: 7, output: 'one\ntwo\nthree\n', inside: false });
  });

  it('passes input and exactly the given environment', async () => {
    const argv = shell('cat; echo "[$UNDERSTUDY] [$HOME]"');
    const environment = { PATH: '/usr/bin:/bin', UNDERSTUDY: 'ä b' };
    expect(await execute({ argv, environment, stdin: 'hällo\n' })).toEqual({
      status: 0,
      output: 'hällo\n[ä b] []\n',
      inside: false,
    });
  });

  it('passes more input than a pipe holds, and does not mind when nobody reads it', async () => {
    const stdin = 'x'.repeat(100_000);
    expect(await execute({ argv: shell('wc -c'), stdin })).toMatchObject({ status: 0, output: '100000\n' });
    expect(await execute({ argv: shell('exec <&-; sleep 0.1; echo fine'), stdin })).toMatchObject({
      status: 0,
      output: 'fine\n',
    });
  });

  it('keeps the first bytes of long output, and does not block the program', async () => {
    const argv = shell('i=0; while [ $i -lt 20000 ]; do echo 123456789; i=$((i+1)); done; exit 3');
    const said = await execute({ argv, limitBytes: 25 });
    expect(said).toEqual({ status: 3, output: '123456789\n123456789\n12345', inside: false });
  });

  it('gives 128 and the signal for a program that was killed', async () => {
    expect(await execute({ argv: shell('kill -TERM $$') })).toMatchObject({ status: 143 });
  });

  it('kills the whole group at the deadline, even where SIGTERM is ignored', async () => {
    const mark = `9${process.pid}.25`;
    const argv = shell(`trap "" TERM; sleep ${mark} & sleep ${mark}`);
    expect(await execute({ argv, deadlineMs: 200 })).toEqual({
      error: '/bin/sh did not end within 200 ms and was killed',
      inside: false,
    });
    expect(processes(mark)).toEqual([]);
  });

  it('does not wait for a program in the background that keeps the output open', async () => {
    const mark = `8${process.pid}.25`;
    const argv = shell(`sleep ${mark} & echo $!`);
    const said = await execute({ argv });
    expect(said).toMatchObject({ status: 0 });
    process.kill(Number((said as { output: string }).output));
  });

  it('ends what a program has left in the background, where that is wanted', async () => {
    const mark = `6${process.pid}.25`;
    const argv = shell(`trap "" TERM; sleep ${mark} & sleep ${mark} & echo gone`);
    expect(await execute({ argv, endsWhole: true })).toMatchObject({ status: 0, output: 'gone\n' });
    await vi.waitFor(() => expect(processes(mark)).toEqual([]));
  });

  it('tells why a program cannot be started, after the call and not inside it', async () => {
    expect(await execute({ argv: ['/no/such'] })).toEqual({
      error: 'cannot run /no/such: no such file or device (ENOENT)',
      inside: false,
    });
    expect(await execute({ argv: ['/dev/null'] })).toMatchObject({
      error: 'cannot run /dev/null: permission denied (EACCES)',
    });
  });

  it('can be cancelled, which kills the group and calls nobody', async () => {
    const mark = `7${process.pid}.25`;
    expect(await (await program('io.ts', ['execute-cancel', mark])).all()).toEqual([]);
    expect(processes(mark)).toEqual([]);
  });

  it('has a limit of 32 at once', async () => {
    expect(await (await program('io.ts', ['execute-many'])).all()).toEqual([
      { 'cannot run /bin/sh: 32 programs are running already': 8, 'status 0': 32 },
    ]);
  });

  it('fences a peer however many programs hang', async () => {
    expect(await (await program('io.ts', ['execute-vital'])).all()).toEqual([{ fault: null }]);
  });
});

import { describe, expect, it } from 'vitest';
import { EXPIRE_FILE, Expiry, KEPT_MS, UNCERTAIN_MS } from '../../../src/director/expiry';
import { FakeNetwork } from './fake-network';

function box(refusal: string | null = null) {
  const network = new FakeNetwork({});
  const written: string[] = [];
  const logged: string[] = [];
  const writeFile = (path: string, text: string) => {
    written.push(`${path} ${text}`);
    return refusal === null ? ({ ok: true, value: null } as const) : ({ ok: false, error: refusal } as const);
  };
  const log = (_: string, __: string, text: string) => logged.push(text);
  return { network, written, logged, expiry: new Expiry({ clock: network.clock, writeFile, log }) };
}

const KEEP = `${EXPIRE_FILE} 0`;
const END = `${EXPIRE_FILE} 1`;

describe('connections of a server that is taken out', () => {
  it('stay on a box that waits', () => {
    const { network, written, expiry } = box();
    expiry.setRole('backup');
    expiry.beforeRemoval();
    network.wait(10 * UNCERTAIN_MS);
    expect(written).toEqual([KEEP]);
  });

  it('end on the box that serves, some time after its takeover', () => {
    const { network, written, expiry } = box();
    expiry.setRole('backup');
    expiry.setRole('master');
    network.wait(UNCERTAIN_MS - 1);
    expect(written).toEqual([KEEP, KEEP]);
    network.wait(1);
    expect(written).toEqual([KEEP, KEEP, END]);
  });

  it('end only when it does not come back soon, nor another one is taken out', () => {
    const { network, written, expiry } = box();
    expiry.setRole('master');
    network.wait(UNCERTAIN_MS);
    written.length = 0;
    expiry.beforeRemoval();
    network.wait(KEPT_MS - 1);
    expiry.beforeRemoval();
    network.wait(KEPT_MS - 1);
    expect(written).toEqual([KEEP, KEEP]);
    network.wait(1);
    expect(written).toEqual([KEEP, KEEP, END]);
  });

  it('are kept no shorter for a server that is taken out right after the takeover', () => {
    const { network, written, expiry } = box();
    expiry.setRole('master');
    expiry.beforeRemoval();
    network.wait(UNCERTAIN_MS - 1);
    expect(written).toEqual([KEEP, KEEP]);
    network.wait(1);
    expect(written).toEqual([KEEP, KEEP, END]);
  });

  it('stay on a box that gives the group back before that time', () => {
    const { network, written, expiry } = box();
    expiry.setRole('master');
    network.wait(UNCERTAIN_MS - 1);
    expiry.setRole('backup');
    network.wait(10 * UNCERTAIN_MS);
    expect(written).toEqual([KEEP, KEEP]);
  });

  it('are what the kernel makes of them where it has no such setting, which is told', () => {
    const { logged, expiry } = box('there is no such file');
    expiry.setRole('backup');
    expect(logged).toEqual(['there is no such file']);
  });
});

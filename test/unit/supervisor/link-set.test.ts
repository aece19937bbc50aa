import { expect, it } from 'vitest';
import type { HeartbeatLink } from '../../../src/config/config';
import type { LinkHandler } from '../../../src/host/host';
import { LinkSet } from '../../../src/supervisor/link-set';

const SERIAL: HeartbeatLink = { kind: 'serial', device: '/dev/ttyS1', baud: 115_200 };
const ETH1: HeartbeatLink = { kind: 'bcast', interface: 'eth1', port: 694 };
const ETH0: HeartbeatLink = { kind: 'bcast', interface: 'eth0', port: 694 };

/** Links that note what becomes of them. */
function bench(links: readonly HeartbeatLink[]) {
  const done: string[] = [];
  const handlers = new Map<string, LinkHandler>();
  const heard: number[] = [];
  const name = (link: HeartbeatLink): string => (link.kind === 'serial' ? link.device : link.interface);
  const openLink = (link: HeartbeatLink, handler: LinkHandler) => {
    done.push(`open ${name(link)}`);
    handlers.set(name(link), handler);
    return {
      send: () => void done.push(`send ${name(link)}`),
      sendAside: () => void done.push(`aside ${name(link)}`),
      close: () => void done.push(`close ${name(link)}`),
    };
  };
  const set = new LinkSet({ openLink }, links, {
    onData: (link) => void heard.push(link),
    onState: () => {},
  });
  return { set, done, handlers, heard };
}

it('keeps a link open that stays, under its new number', () => {
  const { set, done, handlers, heard } = bench([SERIAL, ETH1]);
  set.open(() => true);
  expect(set.change([ETH0, ETH1])).toEqual([null, 1]);
  expect(set.change([ETH1, ETH0])).toEqual([1, 0]);
  set.open(() => true);
  expect(done).toEqual(['open /dev/ttyS1', 'open eth1', 'close /dev/ttyS1', 'open eth0']);
  handlers.get('eth1')!.onData(new Uint8Array());
  handlers.get('eth0')!.onData(new Uint8Array());
  expect(heard).toEqual([0, 1]);
  expect(set.kinds).toEqual(['datagram', 'datagram']);
});

it('lends a serial device, and takes it up again', () => {
  const { set, done } = bench([SERIAL, ETH1]);
  set.open(() => true);
  const giveBack = set.lend('/dev/ttyS1');
  set.open(() => true);
  set.send(new Uint8Array());
  giveBack();
  expect(done.slice(2)).toEqual(['close /dev/ttyS1', 'send eth1', 'open /dev/ttyS1']);
  set.lend('/dev/ttyS7')();
  expect(done).toHaveLength(5);
});

it('sends aside over the network, and over a serial line only where there is nothing else', () => {
  const both = bench([SERIAL, ETH1]);
  both.set.open(() => true);
  both.set.sendAside(new Uint8Array());
  expect(both.done.slice(2)).toEqual(['aside eth1']);
  const alone = bench([SERIAL]);
  alone.set.open(() => true);
  alone.set.sendAside(new Uint8Array());
  expect(alone.done.slice(1)).toEqual(['aside /dev/ttyS1']);
});

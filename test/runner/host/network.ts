/** Test program: interfaces, addresses, routes and frames, in a network namespace. */

import * as sys from 'sys';
import type { NetworkOperation, Result } from '../../../src/host/host';
import { clock } from '../../../src/host/quickjs/host';
import { NetlinkIpvs } from '../../../src/host/quickjs/ipvs';
import { AF, SIGNAL, SOCK } from '../../../src/host/quickjs/linux';
import { loop } from '../../../src/host/quickjs/machine';
import { NetlinkNetwork } from '../../../src/host/quickjs/network';
import { packetAddress } from '../../../src/host/quickjs/sockaddr';
import { main, say } from './say';

/** IEEE 802 type for experiments. */
const EXPERIMENTAL = 0x88b5;

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What came of it, in the order of the calls. */
function outcome(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.error;
}

main({
  /** Applies operations, given as JSON, all at once; then tells the interfaces. */
  apply: (json) => {
    const network = new NetlinkNetwork();
    const operations = JSON.parse(json!) as NetworkOperation[];
    for (const operation of operations)
      network.apply(operation, (result) => say({ type: operation.type, result: outcome(result) }));
    network.read((result) => {
      if (!result.ok) throw new Error(result.error);
      for (const { mac, index, ...state } of result.value) say({ ...state, mac: hex(mac), index: index > 0 });
      loop.stop();
    });
  },

  /** More requests than the queue holds. */
  flood: () => {
    const network = new NetlinkNetwork();
    const counts: Record<string, number> = {};
    const total = 300;
    let done = 0;
    for (let at = 0; at < total; at++) {
      network.apply({ type: 'address-delete', interface: 'lo', address: '192.0.2.1/32' }, (result) => {
        const name = outcome(result);
        counts[name] = (counts[name] ?? 0) + 1;
        if (++done < total) return;
        say(counts);
        loop.stop();
      });
    }
  },

  watch: () => {
    const network = new NetlinkNetwork();
    network.watch(
      ({ name, up, carrier }) => {
        if (name !== 'lo') say({ name, up, carrier });
      },
      () => say({ addresses: 'changed' }),
    );
    network.read(() => say({ ready: true }));
    loop.onSignal(SIGNAL.TERM, () => loop.stop());
  },

  frame: (interfaceName) => {
    const network = new NetlinkNetwork();
    // Broadcast, from 02:00:00:00:00:01, of an experimental type, 46 bytes of payload.
    const frame = new Uint8Array(60).fill(0x55);
    frame.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5]);
    // From inside a larger buffer, as a caller may have it.
    const inside = new Uint8Array(100);
    inside.set(frame, 7);
    say({ sent: outcome(network.sendFrame(interfaceName!, inside.subarray(7, 67))) });
    say({ sent: outcome(network.sendFrame('missing0', frame)) });
    say({ sent: outcome(network.sendFrame(interfaceName!, frame.subarray(0, 13))) });
    loop.stop();
  },

  /** Tells each frame of the type that `frame` sends. */
  capture: (interfaceName) => {
    const fd = sys.socket(AF.PACKET, SOCK.RAW, 0);
    const nobody = new Uint8Array(6);
    sys.bind(fd, packetAddress(sys.ifIndex(interfaceName!), EXPERIMENTAL, nobody));
    const buffer = new ArrayBuffer(2048);
    const readable = (): void => {
      const length = sys.receive(fd, buffer, 0, buffer.byteLength, 0, null);
      if (length > 0) say({ frame: hex(new Uint8Array(buffer, 0, length)) });
    };
    loop.watch(fd, { readable }).want(true, false);
    say({ ready: true });
  },

  /** Joins groups one after the other, and leaves them when it is told to end. */
  join: (interfaceName, ...groups) => {
    const network = new NetlinkNetwork();
    const joined = groups.map((group) => network.join(interfaceName!, group));
    say({ joined: joined.map(outcome) });
    loop.onSignal(SIGNAL.USR2, () => {
      for (const one of joined) if (one.ok) one.value.cancel();
      say({ left: true });
    });
    loop.onSignal(SIGNAL.TERM, () => loop.stop());
  },

  ipvs: () => {
    const ipvs = new NetlinkIpvs(clock);
    ipvs.read((result) => say({ read: outcome(result) }));
    const service = { protocol: 'tcp', address: '192.0.2.1', port: 80, scheduler: 'rr' } as const;
    ipvs.apply({ type: 'service-add', service }, (result) => {
      say({ add: outcome(result) });
      loop.stop();
    });
  },
});

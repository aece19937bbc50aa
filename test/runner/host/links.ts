/** Test program: heartbeat links, over a serial line and UDP. */

import { SerialPortStream } from '@serialport/stream';
import type { HeartbeatLink } from '../../../src/config/config';
import { SIGNAL } from '../../../src/host/quickjs/linux';
import { loop } from '../../../src/host/quickjs/machine';
import { SerialPort } from '../../../src/host/quickjs/serial';
import { ttyBinding } from '../../../src/host/quickjs/serial-binding';
import { type UdpLink, UdpPort } from '../../../src/host/quickjs/udp';
import { main, say } from './say';

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const bytes = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));

const BAUD = 115200;

main({
  /** Tells what comes, in upper case also to the peer. */
  serial: (device) => {
    const port = new SerialPort(
      { kind: 'serial', device: device!, baud: BAUD },
      {
        onState: (fault) => say({ fault }),
        onData: (data) => {
          say({ data: text(data) });
          port.send(bytes(text(data).toUpperCase()));
          return 0;
        },
      },
    );
    loop.onSignal(SIGNAL.TERM, () => {
      port.close();
      loop.stop();
    });
  },

  /** The binding as the package uses it by itself: tells what comes, in upper case also to the peer. */
  stream: (path) => {
    const port = new SerialPortStream({ binding: ttyBinding, path: path!, baudRate: BAUD, autoOpen: false });
    port.on('data', (data: Uint8Array) => {
      say({ data: text(data) });
      port.write(text(data).toUpperCase());
    });
    port.on('close', () => loop.stop());
    port.open((error) => say({ fault: error?.message ?? null }));
    loop.onSignal(SIGNAL.TERM, () => port.close());
  },

  /** Sends numbered frames faster than the line takes them, until SIGHUP. */
  flood: (device) => {
    let number = 0;
    let sending = true;
    const port = new SerialPort(
      { kind: 'serial', device: device!, baud: BAUD },
      { onState: (fault) => say({ fault }), onData: () => 0 },
    );
    const next = (): void => {
      if (!sending) return;
      port.send(bytes(`<${++number} ${'x'.repeat(2000)}>`));
      loop.after(1, next);
    };
    next();
    loop.onSignal(SIGNAL.HUP, () => {
      sending = false;
      say({ last: number });
    });
  },

  /** Sends a numbered greeting each 20 ms; tells each distinct thing that it hears. */
  udp: (json, name) => {
    const heard = new Set<string>();
    let number = 0;
    const port = new UdpPort(JSON.parse(json!) as UdpLink, {
      onState: (fault) => say({ fault }),
      onData: (data) => {
        const [from] = text(data).split(' ');
        if (!heard.has(from!)) say({ from });
        heard.add(from!);
        return 0;
      },
    });
    const next = (): void => {
      port.send(bytes(`${name} ${++number}`));
      loop.after(20, next);
    };
    next();
    // Forgets what it heard, so that it tells again.
    loop.onSignal(SIGNAL.HUP, () => heard.clear());
  },
} satisfies Readonly<Record<HeartbeatLink['kind'] | string, (...args: string[]) => void>>);

/** Test program: alerts as the supervisor gives them, over real sockets and programs; and single datagrams. */

import * as sys from 'sys';
import type { AlertingConfig } from '../../../src/config/config';
import { sendDatagram } from '../../../src/host/quickjs/datagram';
import { createHost } from '../../../src/host/quickjs/host';
import { AF, SIGNAL, SOCK } from '../../../src/host/quickjs/linux';
import { loop } from '../../../src/host/quickjs/machine';
import { unixAddress } from '../../../src/host/quickjs/sockaddr';
import { Alerts } from '../../../src/monitor/alerts/index';
import type { AlertEffect } from '../../../src/monitor/events';
import { main, say } from './say';

const failure: AlertEffect = {
  type: 'alert',
  alertType: 'failure',
  watch: 'web',
  service: 'http',
  argv: [],
  hosts: ['10.0.0.1'],
  outcome: { ok: false, status: 1, summary: '10.0.0.1', output: '.dot\n10.0.0.1: refused' },
  wallMs: 1_783_339_200_900,
  history: {
    lastSummary: '10.0.0.1',
    lastOutput: '',
    firstFailureMs: null,
    lastFailureMs: null,
    firstSuccessMs: null,
    lastSuccessMs: null,
  },
};

main({
  /**
   * Gives each alert, written as one argument, so many times at once, and tells what is logged. Until SIGTERM.
   */
  give: (alerting, count, ...lines) => {
    loop.onSignal(SIGNAL.TERM, () => loop.stop());
    const host = createHost({ log: { file: null, console: null, level: 'info' } });
    const log = (level: string, event: string, sentence: string): void => say({ level, event, sentence });
    const alerts = new Alerts({ ...host, log }, 'lead', JSON.parse(alerting!) as AlertingConfig);
    for (let at = 0; at < Number(count); at++)
      for (const line of lines) alerts.give({ ...failure, argv: line.split(' ') });
    say({ given: true });
  },

  /** Sends to a local socket that is there, and to one that is not. */
  local: (path) => {
    const fd = sys.socket(AF.UNIX, SOCK.DGRAM, 0);
    if (sys.bind(fd, unixAddress(path!)) < 0) throw new Error(`cannot bind ${path}`);
    say({ sent: sendDatagram(path!, Uint8Array.from([104, 105])) });
    const buffer = new ArrayBuffer(100);
    const count = sys.receive(fd, buffer, 0, 100, 0, null);
    say({ text: String.fromCharCode(...new Uint8Array(buffer, 0, count)) });
    // One that nobody reads fills up, and is not waited for.
    let sent = sendDatagram(path!, new Uint8Array(1000));
    let most = 0;
    for (; sent.ok && most < 10_000; most++) sent = sendDatagram(path!, new Uint8Array(1000));
    say({ full: sent.ok ? most : sent.error });
    sys.close(fd);
    say({ closed: sendDatagram(path!, new Uint8Array(1)) });
    say({ missing: sendDatagram(`${path}.not`, new Uint8Array(1)) });
  },
});

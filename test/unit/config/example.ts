/** A whole configuration in text form, and ways to spoil it. Owns the text that the other tests of the configuration change. */

import { parseConfig } from '../../../src/config/parse';
import { formatProblem } from '../../../src/config/problem';

export const FILE = 'pair.conf';

/** Line 1 is the first; the tests name lines by number. */
export const EXAMPLE = `set node seven.ce.cnu.ac.kr interface eth0 address 168.188.46.173/24
set node seven.ce.cnu.ac.kr interface eth1 address 192.168.2.11/24
set node seven.ce.cnu.ac.kr route 0.0.0.0/0 via 168.188.46.1
set node mazelut.ce.cnu.ac.kr interface eth0 address 168.188.46.174/24
set node mazelut.ce.cnu.ac.kr interface eth1 address 192.168.2.12/24
set node mazelut.ce.cnu.ac.kr route 0.0.0.0/0 via 168.188.46.1
set heartbeat keepalive 2s          # as in the paper
set heartbeat deadtime 5s
set heartbeat auto-failback on
set heartbeat serial /dev/ttyS1 baud 115200
set heartbeat bcast eth1 port 694
set heartbeat key 1 sha256 "secret words"
set heartbeat sign-with 1
set group preferred seven.ce.cnu.ac.kr
set group vip 168.188.46.175/24
set group gateway 192.168.2.1/24
set service tcp 168.188.46.175:80 scheduler rr
set service tcp 168.188.46.175:80 server 192.168.2.3:80 weight 1
set service tcp 168.188.46.175:80 server 192.168.2.3:80 method nat
set hostgroup cluster1 host 192.168.2.3
set watch cluster1 service http interval 5s
set watch cluster1 service http monitor "http.monitor"
set watch cluster1 service http timeout 3s
set watch cluster1 service http period wd time "wd {Sun-Sat}"
set watch cluster1 service http period wd alert "lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.3 -W 1 -F m -X down"
set watch cluster1 service http period wd upalert "lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.3 -W 1 -F m"
`;

/** The example with one piece replaced everywhere; a piece that is not there is the test's mistake. */
export function replaced(piece: string, by: string, text = EXAMPLE): string {
  if (!text.includes(piece)) throw new Error(`the example has no ${piece}`);
  return text.replaceAll(piece, by);
}

/** The example with one line, counted from 1, made another, or a comment. */
export function withLine(number: number, line = '#', text = EXAMPLE): string {
  return text
    .split('\n')
    .map((old, index) => (index + 1 === number ? line : old))
    .join('\n');
}

export function problemsOf(text: string): string[] {
  return parseConfig(text, FILE).problems.map(formatProblem);
}

export function warningsOf(text: string): string[] {
  return parseConfig(text, FILE).warnings.map(formatProblem);
}

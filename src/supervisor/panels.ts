/** The programs that show the state on serial ports of their own, as the configuration has them. Pure. */

import type { Config } from '../config/config';

const PROGRAM = '/usr/bin/understudy';
const MS_PER_S = 1000;

/** To be kept running, each by itself: whatever its port does, it holds up nobody else. */
export function panelPrograms({ panel }: Config): readonly (readonly string[])[] {
  return [
    ...panel.lines.map(({ device, baud, intervalMs }) => [
      ...[PROGRAM, 'panel', 'line', device],
      ...['--baud', String(baud), '--interval', String(intervalMs / MS_PER_S)],
    ]),
    ...panel.lcds.map(({ device, module, baud, hasStandbyKey }) => [
      ...[PROGRAM, 'panel', 'lcd', device, '--module', module],
      ...(baud === null ? [] : ['--baud', String(baud)]),
      ...(hasStandbyKey ? ['--standby-key', 'on'] : []),
    ]),
    ...panel.lamps.map((device) => [PROGRAM, 'panel', 'lamps', device]),
  ];
}

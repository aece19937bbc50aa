/** Names of mon's programs that the box has within it. Named with a path, each is a program all the same. */

export const BUILT_IN_MONITORS = [
  'dns.monitor',
  'fping.monitor',
  'http.monitor',
  'ping.monitor',
  'smtp.monitor',
  'tcp.monitor',
  'udp.monitor',
] as const;
export type BuiltInMonitor = (typeof BUILT_IN_MONITORS)[number];

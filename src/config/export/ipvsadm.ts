/**
 * Services as `ipvsadm -S -n` prints them. The form expresses all that there is of them, and `ipvsadm -R` takes no
 * comments: there are none.
 */
import type { Config, RealServer } from '../config';

/** Options of ipvsadm(8). */
const METHODS: Readonly<Record<RealServer['method'], string>> = { nat: '-m', dr: '-g', tun: '-i' };

export function ipvsadm({ services }: Config): readonly string[] {
  return services.flatMap(({ protocol, address, port, scheduler, servers }) => {
    const service = `-${protocol === 'tcp' ? 't' : 'u'} ${address}:${port}`;
    return [
      `-A ${service} -s ${scheduler}`,
      ...servers.map(
        (server) =>
          `-a ${service} -r ${server.address}:${server.port} ${METHODS[server.method]} -w ${server.weight}`,
      ),
    ];
  });
}

/** The resource group as heartbeat's `haresources` has it: one line, which is continued for each further address. */
import type { Config } from '../config';

export function haresources({ group }: Config): readonly string[] {
  const resources = [...group.vips, ...group.gateways].map((address) => `IPaddr::${address}`);
  if (resources.length === 0) return ['# The group has no address.'];
  return [
    '# heartbeat wants the same file on both boxes. Nothing in it starts mon or loads rules: both must run on both boxes.',
    ...group.gateways.map(
      (address) => `# ${address} is the real servers' gateway; the form does not tell it from the others.`,
    ),
    ...`${group.preferred} ${resources.join(' \\\n    ')}`.split('\n'),
  ];
}

/** What the box is made of, as the kernel tells it under /proc and /sys. Decides nothing. */

import { columns } from './columns';
import { outputOf, type World } from './world';

const MB = 1000 * 1000;
const SECTOR_BYTES = 512;

/** One line for each thing that a person might ask about. */
export async function hardwareLines(world: Pick<World, 'readFile' | 'run'>): Promise<string[]> {
  const read = (path: string): string => {
    const text = world.readFile(path);
    return text.ok ? text.value.trim() : '';
  };
  const field = (text: string, name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(text)?.[1] ?? 'unknown';
  const list = async (folder: string): Promise<string[]> =>
    (await outputOf(world, ['/bin/ls', folder])).split('\n').filter((name) => name !== '');
  const cpu = read('/proc/cpuinfo');
  const cards = (await list('/sys/class/net')).filter((name) => name !== 'lo');
  const disks = (await list('/sys/block')).filter(
    (name) => read(`/sys/block/${name}/removable`) !== '' && !/^(loop|ram)/.test(name),
  );
  const ports = read('/proc/tty/driver/serial')
    .split('\n')
    .map((line) => /^(\d+): uart:(\S+)/.exec(line))
    .filter((found) => found !== null && found[2] !== 'unknown')
    .map((found) => [`serial /dev/ttyS${found![1]}`, found![2]!]);
  return columns(null, [
    ['processor', `${field(cpu, 'model name')}, ${field(cpu, 'cpu MHz')} MHz`],
    ['memory', field(read('/proc/meminfo'), 'MemTotal')],
    ...cards.map((name) => [
      `card ${name}`,
      `${read(`/sys/class/net/${name}/address`)}${cardState(read(`/sys/class/net/${name}/carrier`))}`,
    ]),
    ...disks.map((name) => [
      `disk /dev/${name}`,
      `${read(`/sys/block/${name}/device/model`)} ${Math.floor((Number(read(`/sys/block/${name}/size`)) * SECTOR_BYTES) / MB)} MB`.trim(),
    ]),
    ...ports,
    ...(await list('/sys/class/watchdog')).map((name) => [
      `watchdog /dev/${name}`,
      read(`/sys/class/watchdog/${name}/identity`),
    ]),
  ]);
}

function cardState(carrier: string): string {
  if (carrier === '') return ', down';
  return carrier === '1' ? ', carrier' : ', NO CARRIER';
}

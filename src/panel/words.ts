/** How a panel says roles, lengths of time and names of links. Pure. */

import type { Role } from '../cluster/types';

/** One word of at most 8 letters. */
export const ROLES: Readonly<Record<Role, string>> = {
  init: 'STARTING',
  standby: 'STANDBY',
  acquiring: 'TAKING',
  active: 'ACTIVE',
  releasing: 'YIELDING',
  leaving: 'LEAVING',
  stopped: 'STOPPED',
};

const MINUTE_MS = 60_000;

/** In whole minutes, so that it changes as seldom: `0 min`, `5 min`, `7 h 3 min`, `12 days`. */
export function minutes(ms: number): string {
  const all = Math.max(0, Math.floor(ms / MINUTE_MS));
  const hours = Math.floor(all / 60);
  if (hours === 0) return `${all} min`;
  return hours < 48 ? `${hours} h ${all % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** `serial /dev/ttyS1` or `ucast eth1 10.0.0.2`: its kind and its device or interface, e.g. `ttyS1`. */
export function linkParts(name: string): { readonly isSerial: boolean; readonly device: string } {
  const [kind = '', device = ''] = name.split(' ');
  return { isSerial: kind === 'serial', device: device.replace(/^\/dev\//, '') };
}

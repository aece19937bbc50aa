/** What a box keeps over a loss of power: the maintenance flag. One line in one file. */

import type { Host } from '../host/host';

const LINE = { on: 'maintenance on\n', off: 'maintenance off\n' } as const;

/** The flag as it was kept. A file that is missing or cannot be understood means off, and the latter is reported. */
export function recallMaintenance(host: Pick<Host, 'readFile' | 'log'>, file: string): boolean {
  const text = host.readFile(file);
  if (!text.ok || text.value === LINE.off) return false;
  if (text.value === LINE.on) return true;
  host.log(
    'error',
    'state-garbled',
    `${file} says neither "maintenance on" nor "maintenance off"; taken for off`,
  );
  return false;
}

export function rememberMaintenance(
  host: Pick<Host, 'saveFile' | 'log'>,
  file: string,
  maintenance: boolean,
): void {
  host.saveFile(file, maintenance ? LINE.on : LINE.off, (saved) => {
    if (saved.ok) return;
    const flag = maintenance ? 'on' : 'off';
    host.log(
      'error',
      'state-not-saved',
      `maintenance ${flag} holds until the next boot only: ${saved.error}`,
    );
  });
}

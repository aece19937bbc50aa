/** Gives this box its name, which is that of its node in the configuration. */

import { ARGUMENTS } from '../config/schema';
import { readValue } from '../config/values';
import type { Shell } from './shell';

const HOSTNAME_FILE = 'hostname';

/** @returns why not, in one sentence, or null */
export async function rename(shell: Shell, name: string): Promise<string | null> {
  if (name === shell.world.hostname()) return null;
  const read = readValue(ARGUMENTS.NODE!, name);
  if (!read.ok) return `${read.error}.`;
  const saved = shell.world.saveFile(`${shell.world.folder}/${HOSTNAME_FILE}`, `${name}\n`);
  if (!saved.ok) return saved.error;
  const status = await shell.world.run(['/bin/hostname', name], (text) => shell.say(text.trimEnd())).ended;
  return status === 0 ? null : 'The name holds after the next start of this box.';
}

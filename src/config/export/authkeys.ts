/** Keys as heartbeat's `authkeys` has them: the key that signs first, then all of them. */
import type { AuthKey, Config } from '../config';

/** What heartbeat 3.0.6 has plugins for. */
const METHODS: readonly AuthKey['method'][] = ['sha1', 'md5', 'crc'];

export function authkeys({ heartbeat }: Config, withSecrets: boolean): readonly string[] {
  const { signWith, keys } = heartbeat.auth;
  const lines = keys.map((key) => keyLine(key, withSecrets));
  const at = keys.findIndex(({ id }) => id === signWith);
  const isSigned = at !== -1 && !lines[at]!.startsWith('#');
  return [
    '# heartbeat wants this file to be readable by root alone.',
    isSigned ? `auth ${signWith}` : `# auth ${signWith}`,
    ...lines,
  ];
}

function keyLine({ id, method, secret }: AuthKey, withSecrets: boolean): string {
  const line = [id, method, withSecrets || secret === '' ? secret : '***'].join(' ').trimEnd();
  if (!METHODS.includes(method))
    return `# ${line}   heartbeat has no ${method}; give the pair a key of ${METHODS[0]}.`;
  if (secret === '') return line;
  if (!withSecrets) return `# ${line}   The secret is hidden.`;
  return /\s/.test(secret) ? `# ${line}   A secret of heartbeat has no blanks.` : line;
}

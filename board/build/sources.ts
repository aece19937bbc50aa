/**
 * Reads apt's source files (sources.list(5)), in both forms, to learn which mirror and keyring this machine uses
 * for Debian. Pure: texts in, one archive out.
 */

export interface Archive {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of the keyring, `null` for apt's default. */
  readonly signedBy: string | null;
}

/** All binary archives of one file: `*.sources` is read as deb822, any other as one line per archive. */
export function parseAptSources(path: string, text: string): Archive[] {
  return path.endsWith('.sources') ? parseDeb822(text) : parseLines(text);
}

/**
 * The machine's Debian archive: has `main` of the suite that runs here, or else of any suite. Security and
 * update archives do not count: other suites cannot be had from the former, and come with the latter's main one.
 * @throws one sentence where there is none
 */
export function pickArchive(files: readonly { path: string; text: string }[], suite: string): Archive {
  const archives = files
    .flatMap((file) => parseAptSources(file.path, file.text))
    .filter((archive) => archive.components.includes('main') && !archive.uri.startsWith('cdrom:'));
  const debian = ['bookworm', 'trixie', 'stable', 'oldstable', 'testing', 'sid', 'unstable'];
  const found =
    archives.find((archive) => archive.suites.includes(suite)) ??
    archives.find((archive) => archive.suites.some((name) => debian.includes(name)));
  if (found) return found;
  throw new Error(
    'No Debian mirror found in /etc/apt/sources.list or /etc/apt/sources.list.d: a line such as ' +
      '"deb URI bookworm main" is needed.',
  );
}

function parseLines(text: string): Archive[] {
  const archives: Archive[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) continue;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(match[1] ?? '');
    archives.push({
      uri: match[2]!,
      suites: [match[3]!],
      components: words(match[4]!),
      signedBy: signedBy?.[1] ?? null,
    });
  }
  return archives;
}

function parseDeb822(text: string): Archive[] {
  const archives: Archive[] = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let name = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):(.*)$/.exec(line);
      if (field) {
        name = field[1]!.toLowerCase();
        fields.set(name, field[2]!);
      } else if (/^\s/.test(line)) {
        fields.set(name, `${fields.get(name) ?? ''} ${line}`);
      }
    }
    const get = (key: string): string[] => words(fields.get(key) ?? '');
    if (!get('types').includes('deb') || get('enabled')[0] === 'no') continue;
    const keyring = get('signed-by')[0];
    for (const uri of get('uris')) {
      archives.push({
        uri,
        suites: get('suites'),
        components: get('components'),
        // An inline key block cannot be passed on in one line; apt's default keyring then decides.
        signedBy: keyring?.startsWith('/') ? keyring : null,
      });
    }
  }
  return archives;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

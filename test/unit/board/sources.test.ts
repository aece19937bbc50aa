import { describe, expect, it } from 'vitest';
import { parseAptSources, pickArchive } from '../../../board/build/sources';

const DEB822 = `# comment
Types: deb deb-src
# snapshot
URIs: http://mirror.example/debian
 http://second.example/debian
Suites: bookworm bookworm-updates
Components: main
  contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
Enabled: no

Types: deb-src
URIs: http://mirror.example/sources
Suites: bookworm
Components: main

Types: deb
URIs: http://inline.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
`;

describe('parseAptSources', () => {
  it('reads the deb822 form: folded fields, several mirrors, comments; leaves out what is disabled or source', () => {
    const common = {
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      signedBy: '/usr/share/keyrings/debian.gpg',
    };
    expect(parseAptSources('/a/debian.sources', DEB822)).toEqual([
      { uri: 'http://mirror.example/debian', ...common },
      { uri: 'http://second.example/debian', ...common },
      { uri: 'http://inline.example/debian', suites: ['trixie'], components: ['main'], signedBy: null },
    ]);
  });

  it('reads the one-line form, with and without options', () => {
    const text = `
# deb http://off.example/debian bookworm main
deb http://a.example/debian bookworm main contrib # note
  deb [ arch=amd64 signed-by=/k.gpg ] http://b.example/debian bookworm-security main
deb-src http://c.example/debian bookworm main
deb cdrom:[Debian 12]/ bookworm main
debris http://d.example/debian bookworm main
deb http://flat.example/ ./
`;
    const archives = parseAptSources('/etc/apt/sources.list', text);
    expect(archives.slice(0, 2)).toEqual([
      {
        uri: 'http://a.example/debian',
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: null,
      },
      {
        uri: 'http://b.example/debian',
        suites: ['bookworm-security'],
        components: ['main'],
        signedBy: '/k.gpg',
      },
    ]);
    expect(archives.map((archive) => archive.uri)).not.toContain('http://c.example/debian');
    expect(archives.map((archive) => archive.uri)).not.toContain('http://d.example/debian');
  });

  it('finds nothing in an empty file of either form', () => {
    expect(parseAptSources('/x.list', '')).toEqual([]);
    expect(parseAptSources('/x.sources', '\n\n# nothing\n')).toEqual([]);
  });
});

describe('pickArchive', () => {
  const list = (text: string) => ({ path: '/x.list', text });

  it('takes the archive with main of the suite that runs here, never security, another vendor, or a disc', () => {
    const files = [
      list('deb cdrom:[Debian] bookworm main\ndeb http://vendor.example/apt nodistro main'),
      list(
        'deb http://sec.example/security bookworm-security main\ndeb http://x.example/debian bookworm contrib',
      ),
      list('deb http://right.example/debian bookworm main'),
    ];
    expect(pickArchive(files, 'bookworm').uri).toBe('http://right.example/debian');
  });

  it('takes another suite of Debian where the own one is not named', () => {
    expect(pickArchive([list('deb http://old.example/debian stable main')], 'bookworm').uri).toBe(
      'http://old.example/debian',
    );
  });

  it.each([
    '',
    'deb http://vendor.example/apt nodistro main',
    'deb-src http://a.example/debian bookworm main',
  ])('says in one sentence that there is none: %s', (text) => {
    expect(() => pickArchive([list(text)], 'bookworm')).toThrow(/No Debian mirror found in .*is needed\.$/);
  });
});

/**
 * What an image consists of: the packages that Buildroot put into the root, as `make show-info` names them, and the
 * npm packages inside the bytecode. Pure; the source of the bill of materials and of the licence report.
 */

/** One part of the image that somebody published under a name, a version and a licence. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** As the package itself tells: SPDX identifiers where there are such. */
  readonly licences: string;
  /** Package URL, https://github.com/package-url/purl-spec */
  readonly purl: string;
  readonly cpe: string | null;
  /** Where an npm package lies; null for one of Buildroot's. */
  readonly folder: string | null;
}

interface BuildrootPackage {
  readonly type?: string;
  readonly name?: string;
  readonly version?: string;
  readonly licenses?: string;
  readonly virtual?: boolean;
  readonly 'cpe-id'?: string;
  readonly install_target?: boolean;
  readonly install_images?: boolean;
}

/** What esbuild's bundle was made of: the packages of these inputs are in the bytecode. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Packages of the target that put something into the image, from the answer of `make show-info`. */
export function buildrootComponents(info: unknown): Component[] {
  const packages = Object.values(info as Record<string, BuildrootPackage>);
  return (
    packages
      .filter((one) => one.type === 'target' && one.virtual !== true && one.name !== undefined)
      .filter(
        (one) =>
          one.install_target === true || one.install_images === true || one.name === 'understudy-quickjs',
      )
      // Headers are read by the compiler; nothing of them is in the image.
      .filter((one) => !one.name!.endsWith('-headers'))
      .filter((one) => one.version !== undefined && one.version !== '')
      .map((one) => ({
        name: one.name!,
        version: one.version!,
        licences: one.licenses ?? 'unknown',
        purl: `pkg:generic/${one.name}@${encodeURIComponent(one.version!)}`,
        cpe: one['cpe-id'] ?? null,
        folder: null,
      }))
      .sort(byName)
  );
}

/** The npm packages that a bundle's input files belong to; `read` gives the text of a package's package.json. */
export function npmComponents(inputs: readonly string[], read: (path: string) => string): Component[] {
  const folders = new Set(
    inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  return [...folders]
    .map((folder) => ({ folder, ...(JSON.parse(read(`${folder}/package.json`)) as NpmPackage) }))
    .map(({ folder, name, version, license }) => ({
      name,
      version,
      licences: license,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      cpe: null,
      folder,
    }))
    .sort(byName);
}

function byName(a: Component, b: Component): number {
  return a.name < b.name ? -1 : 1;
}

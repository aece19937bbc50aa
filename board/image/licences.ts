/**
 * The licence report: what the image consists of, and the text of every licence, as whoever passes the image on must
 * pass them on too. Reads what `make legal-info` and the npm packages brought along.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './packages';

/** A file with a licence, or with a notice that its authors want to be shown. */
export interface LicenceText {
  /** Where it lies in its package. */
  readonly path: string;
  readonly text: string;
}

/** As npm packages name such files. */
const LICENCE = /^(licen[cs]e|copying|notice)/i;
const RULE = '='.repeat(100);

/**
 * A line for each component, then their texts.
 * @param textsOf those of one component
 */
export function licenceReport(
  components: readonly Component[],
  textsOf: (component: Component) => readonly LicenceText[],
): string {
  const rows = components.map(({ name, version, licences }) => [name, version, licences] as const);
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const table = rows.map(
    ([name, version, licences]) => `${name.padEnd(width(0))}  ${version.padEnd(width(1))}  ${licences}\n`,
  );
  const texts = components.flatMap((one) =>
    textsOf(one).map(
      ({ path, text }) => `\n${RULE}\n${one.name} ${one.version}: ${path}\n${RULE}\n${text.trimEnd()}\n`,
    ),
  );
  return [...table, ...texts].join('');
}

/** @param legalInfo folder that `make legal-info` filled; npm packages are found by their own folders */
export function licenceTexts(legalInfo: string, { name, version, folder }: Component): LicenceText[] {
  if (folder !== null)
    return textsIn(
      folder,
      readdirSync(folder).filter((file) => LICENCE.test(file)),
    );
  const texts = join(legalInfo, 'licenses', `${name}-${version}`);
  return existsSync(texts) ? textsIn(texts, readdirSync(texts, { recursive: true, encoding: 'utf8' })) : [];
}

function textsIn(folder: string, paths: readonly string[]): LicenceText[] {
  return [...paths]
    .sort()
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

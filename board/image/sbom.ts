/**
 * The bill of materials in CycloneDX 1.6 (ECMA-424). Pure, and without dates or random numbers: the same image has the
 * same bill. Own code and not Buildroot's `generate-cyclonedx`, which needs the internet and does not see the packages
 * inside the bytecode.
 */

import type { Component } from './packages';

export interface Image {
  readonly version: string;
  readonly sha256: string;
}

/** Text of the bill for an image with these components. */
export function billOfMaterials(image: Image, components: readonly Component[]): string {
  const reference = `pkg:generic/understudy-image@${image.version}`;
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'firmware',
        'bom-ref': reference,
        name: 'understudy',
        version: image.version,
        hashes: [{ alg: 'SHA-256', content: image.sha256 }],
      },
    },
    components: components.map((one) => ({
      type: one.name === 'linux' ? 'operating-system' : one.folder !== null ? 'library' : 'application',
      'bom-ref': one.purl,
      name: one.name,
      version: one.version,
      licenses: licences(one.licences),
      purl: one.purl,
      ...(one.cpe === null ? {} : { cpe: one.cpe }),
    })),
    dependencies: [{ ref: reference, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** Buildroot parts several by commas, with remarks in brackets: names and not identifiers, which would have to be SPDX's. */
function licences(text: string): { license: { name: string } }[] {
  return text.split(/,(?![^(]*\))/).map((name) => ({ license: { name: name.trim() } }));
}

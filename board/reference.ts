/** `npm run reference`: writes the table of all settings into README.md, from the schema. */

import { readFileSync, writeFileSync } from 'node:fs';
import { withReference } from '../src/config/reference';

const FILE = 'README.md';

const text = withReference(readFileSync(FILE, 'utf8'));
if (text.ok) writeFileSync(FILE, text.value);
else {
  console.error(`${FILE}: ${text.error}`);
  process.exit(1);
}

/** Names as mon can have them: what it has no place for is written otherwise, and that is told. */

export interface Naming {
  /** What a name cannot have; global. */
  readonly bad: RegExp;
  readonly what: string;
}

/** Of groups and services. */
export const TAG: Naming = { bad: /[^A-Za-z0-9_.-]/g, what: 'a name in mon has letters, digits, _ . and -' };
/** Of periods. */
export const LABEL: Naming = {
  bad: /^(?=\d)|\W/g,
  what: 'a label in mon has letters, digits and _, no digit first',
};

/** Names have at most 64 characters; this leaves room for a number. */
const PLAIN_LIMIT = 56;

/** What each is written as; a name that cannot be gets underscores, and a number where that is taken. */
export function monNames(names: readonly string[], { bad }: Naming): ReadonlyMap<string, string> {
  const written = new Map(names.filter((name) => name.search(bad) === -1).map((name) => [name, name]));
  const taken = new Set(written.keys());
  for (const name of names) {
    if (written.has(name)) continue;
    const plain = name.replace(bad, '_').slice(0, PLAIN_LIMIT);
    let free = plain;
    for (let count = 2; taken.has(free); count += 1) free = `${plain}_${count}`;
    taken.add(free);
    written.set(name, free);
  }
  return written;
}

/** A comment for every name that is written otherwise. */
export function renamed(names: ReadonlyMap<string, string>, { what }: Naming): readonly string[] {
  return [...names]
    .filter(([name, written]) => name !== written)
    .map(([name, written]) => `# ${name} is written ${written}: ${what}.`);
}

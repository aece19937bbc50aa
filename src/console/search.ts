/** ^R: looks in the history for the newest line that has what is typed in it, then for older ones. Pure. */

import type { History } from './history';
import type { Key } from './keys';

/** In characters; longer, it leaves no room for what it finds. */
const QUERY_LIMIT = 32;

export class Search {
  query = '';
  /** Of the line found: 0 is the newest. */
  age = 0;
  found: string | null = null;
  isFailing = false;

  constructor(private readonly history: History) {}

  get title(): string {
    return `${this.isFailing ? 'not found' : 'search'} "${this.query}": `;
  }

  /** @returns false for keys that end the search */
  press(key: Key): boolean {
    if (key === 'search') this.look(this.query, this.found === null ? 0 : this.age + 1);
    else if (key === 'backspace') this.look([...this.query].slice(0, -1).join(''), 0);
    else if (typeof key !== 'string') this.look(this.query + key.text, this.age);
    else return false;
    return true;
  }

  private look(query: string, from: number): void {
    if (query.length > QUERY_LIMIT) {
      this.isFailing = true;
      return;
    }
    this.query = query;
    const age = query === '' ? null : this.history.find(query, from);
    this.isFailing = query !== '' && age === null;
    if (query === '') this.found = null;
    if (age === null) return;
    this.age = age;
    this.found = this.history.at(age);
  }
}

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHOICES, type LcdModel } from '../../../../src/panel/lcd/model';
import { Pager } from '../../../../src/panel/lcd/pager';
import { headOf, type Page, statePages } from '../../../../src/panel/lcd/pages';
import { panelView } from '../../../../src/panel/view';
import { ACTIVE, BOX, STATES, withCluster } from '../statuses';

/** Update them with `npx vitest run test/unit/panel/lcd -u`, and look at what has changed. */
const SCREENS = join(import.meta.dirname, 'screens');
const SIZES = [...new Map(Object.values(CHOICES).map((model) => [`${model.columns}x${model.rows}`, model]))];
/** Within the light part of the blinking. */
const LIT_MS = 700;
/** More than any state has. */
const TURNS = 60;
/** Of the time of a page, and of blinking. */
const STEP_MS = 1_200;

/** What is seen one after the other while nobody touches a key. */
function seen(name: string, size: LcdModel): readonly Page[] {
  const pager = new Pager(size, false);
  pager.show(panelView(STATES[name]!, BOX), 0);
  const pages = new Map<string, Page>();
  for (let turn = 0; turn < TURNS; turn++) {
    const { rows } = pager.frame(turn * STEP_MS + LIT_MS);
    pages.set(rows.join('\n'), rows);
  }
  return [...pages.values()];
}

describe('golden screens', () => {
  for (const [name, size] of SIZES)
    it(`${name}: pages of all states`, async () => {
      const edge = `+${'-'.repeat(size.columns)}+`;
      const text = Object.keys(STATES).flatMap((state) => {
        const pager = new Pager(size, false);
        pager.show(panelView(STATES[state]!, BOX), 0);
        return [
          `${state}: lamps ${pager.frame(LIT_MS).lights.join(' ')}`,
          edge,
          ...seen(state, size).flatMap((page) => [...page.map((row) => `|${row}|`), edge]),
          '',
        ];
      });
      await expect(text.join('\n')).toMatchFileSnapshot(join(SCREENS, `${name}.txt`));
    });

  it('fill the display, and say of each state something that no other says', () => {
    for (const [, size] of SIZES) {
      const firsts = Object.keys(STATES).map((state) => seen(state, size));
      for (const page of firsts.flat()) {
        expect(page).toHaveLength(size.rows);
        for (const row of page) expect(row).toHaveLength(size.columns);
      }
      expect(new Set(firsts.map((pages) => pages.join())).size).toBe(firsts.length);
    }
  });

  it('say on every page of a box that is well who is active', () => {
    for (const [, size] of SIZES)
      for (const page of statePages(panelView({ status: ACTIVE }, BOX), size))
        expect(page[0]).toMatch(/^ACTIVE .*lead *$/);
  });
});

describe('what does not fit', () => {
  it('is the domain of a box first, and then the end of its name', () => {
    const head = (node: string, columns: number) =>
      headOf(panelView({ status: withCluster({ node }) }, BOX), { columns, rows: 2 });
    expect(head('lead.example.org', 40)).toBe('ACTIVE                  lead.example.org');
    expect(head('lead.example.org', 20)).toBe('ACTIVE          lead');
    expect(head('loadbalancer1.example.org', 16)).toBe('ACTIVE loadbala.');
  });

  it('is said shorter, whatever the names are', () => {
    const name = 'a-very-long-name-of-a-box.with.its.domain.example';
    const status = withCluster({ node: name }, { name });
    for (const [, size] of SIZES)
      for (const page of statePages(panelView({ status }, BOX), size))
        for (const row of page) expect(row).toHaveLength(size.columns);
  });
});

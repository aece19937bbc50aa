import { describe, expect, it } from 'vitest';
import { type Done, inOrder, OVERTAKEN, type Step, Turns } from '../../../src/supervisor/turns';

/** Changes that the test ends. */
class Changes {
  readonly begun: string[] = [];
  readonly ended: string[] = [];
  private end: Done = () => {};

  add(turns: Turns, name: string): void {
    const run: Step = (done) => {
      this.begun.push(name);
      this.end = done;
    };
    turns.add(run, (fault) => this.ended.push(`${name}: ${fault}`));
  }

  finish(fault: string | null): void {
    this.end(fault);
  }
}

describe('changes', () => {
  it('begin when there is nothing to wait for any more', () => {
    const [turns, changes] = [new Turns(), new Changes()];
    changes.add(turns, 'a');
    expect(changes.begun).toEqual([]);
    turns.next();
    expect(changes.begun).toEqual(['a']);
  });

  it('are made one at a time; of those that wait only the newest is', () => {
    const [turns, changes] = [new Turns(false), new Changes()];
    for (const name of ['a', 'b', 'c']) changes.add(turns, name);
    expect(changes.begun).toEqual(['a']);
    changes.finish('it broke');
    expect(changes.begun).toEqual(['a', 'c']);
    changes.finish(null);
    expect(changes.ended).toEqual([`b: ${OVERTAKEN}`, 'a: it broke', 'c: null']);
    changes.add(turns, 'd');
    expect(changes.begun).toEqual(['a', 'c', 'd']);
  });

  it('may be asked for by whoever is told that one has ended', () => {
    const turns = new Turns(false);
    const ran: string[] = [];
    const now =
      (name: string): Step =>
      (done) => {
        ran.push(name);
        done(null);
      };
    turns.add(now('a'), () => turns.add(now('b'), () => ran.push('b ended')));
    expect(ran).toEqual(['a', 'b', 'b ended']);
    turns.add(now('c'), () => ran.push('c ended'));
    expect(ran.slice(3)).toEqual(['c', 'c ended']);
  });
});

describe('steps', () => {
  it('are taken in order, up to the first fault', () => {
    const taken: number[] = [];
    const step =
      (number: number, fault: string | null): Step =>
      (done) => {
        taken.push(number);
        done(fault);
      };
    const outcomes: (string | null)[] = [];
    inOrder([step(1, null), step(2, null)], (fault) => outcomes.push(fault));
    inOrder([step(3, null), step(4, 'no'), step(5, null)], (fault) => outcomes.push(fault));
    inOrder([], (fault) => outcomes.push(fault));
    expect([taken, outcomes]).toEqual([
      [1, 2, 3, 4],
      [null, 'no', null],
    ]);
  });
});

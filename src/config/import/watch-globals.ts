/**
 * Globals of mon.cf that say how every service is: they become settings of each service, behind which the service's own
 * stand. Traps are everybody's, too: who may send them stands in no mon.cf, so a person must say it.
 */
import { shown } from '../problem';
import { quoteWord } from '../text';
import { printDuration } from '../values';
import type { Draft, SourceLine } from './draft';
import { type Behavior, isBehavior } from './watch-depends';
import { unackSummary } from './watch-keys';
import { DEFAULT, type Service, type Watch } from './watches';
import { monTimeMs, wholeNumber } from './words';

/** What `traps port` is when nothing says it. */
const TRAP_PORT = 2583;

interface Said<T> {
  readonly line: SourceLine;
  readonly value: T;
}

export class Globals {
  private depMemory: Said<string> | null = null;
  private unack: SourceLine | null = null;
  private excluded: Said<string> | null = null;
  private randstart: Said<string> | null = null;
  private trapPort: Said<number> | null = null;
  /** Of services that do not say it themselves. */
  behavior: Behavior = 'a';

  /** @returns false for a global that is none of these */
  read(draft: Draft, line: SourceLine, name: string, value: string): boolean {
    switch (name) {
      case 'dep_behavior':
        if (!isBehavior(value)) return refuse(draft, line, name, `${shown(value)} is not a, m or hm`);
        this.behavior = value;
        return take(draft, line, name, `Where a service does not say it, depend is of the kind ${value}`);
      case 'dep_memory':
      case 'randstart': {
        const ms = monTimeMs(value);
        if (ms === null) return refuse(draft, line, name, `${shown(value)} is no time of mon`);
        const said = { line, value: printDuration(ms) };
        if (name === 'randstart') this.randstart = said;
        else this.depMemory = said;
        return take(draft, line, name, 'Each service has it for itself');
      }
      case 'unack_summary': {
        const read = unackSummary(value);
        if (typeof read === 'string')
          return refuse(draft, line, name, `${shown(value)} is neither yes nor no`);
        this.unack = read.assignments.length > 0 ? line : null;
        return take(draft, line, name, 'Each service has it for itself');
      }
      case 'exclude_period':
        this.excluded = value === '' ? null : { line, value };
        return take(draft, line, name, 'Each service has it for itself');
      case 'trapport': {
        const port = wholeNumber(value, 1, 65_535);
        if (port === null) return refuse(draft, line, name, `${shown(value)} is no port`);
        this.trapPort = { line, value: port };
        return take(draft, line, name, 'Traps are heard on this port, where a service waits for them');
      }
      default:
        return false;
    }
  }

  /** Before the service's own keys. */
  apply(draft: Draft, path: string, { monitor, rules }: Service): void {
    const own = (key: string): boolean => rules.some((rule) => rule.key === key);
    const { depMemory, unack, randstart, excluded } = this;
    if (depMemory !== null && !own('dep_memory'))
      draft.write(depMemory.line, [`${path} dep-memory`, depMemory.value]);
    if (unack !== null && !own('unack_summary')) draft.write(unack, [`${path} unack-summary`]);
    if (randstart !== null && monitor !== null)
      draft.write(randstart.line, [`${path} randstart`, randstart.value]);
    if (excluded === null || monitor === null) return;
    // Both hold: a comma means "or".
    const at = rules.findIndex(({ key }) => key === 'exclude_period');
    const rule = rules[at];
    const word = [`${path} exclude-period`, quoteWord(excluded.value)] as const;
    if (rule === undefined) draft.write(excluded.line, word);
    else {
      const both = `${rule.line.text.replace(/^\S+\s*/, '')}, ${excluded.value}`;
      rules[at] = { ...rule, assignments: [['exclude-period', quoteWord(both)]] };
    }
  }

  /** Once all services are written. */
  end(draft: Draft, watches: readonly Watch[]): void {
    const waiting = watches.flatMap(({ group, services }) =>
      services.filter(
        ({ interval, monitor, rules }) =>
          group === DEFAULT ||
          (interval === null && monitor === null) ||
          rules.some(({ key }) => key === 'traptimeout' || key === 'trapduration'),
      ),
    );
    const [first] = waiting;
    if (first === undefined) return;
    if (this.trapPort !== null && this.trapPort.value !== TRAP_PORT)
      draft.write(this.trapPort.line, ['traps port', String(this.trapPort.value)]);
    if (draft.isSet('traps from')) return;
    const sentence = `service ${first.name} waits for traps; from where they may come stands in mon's auth file, and until it is set none are heard.`;
    draft.leave(first.line, sentence, 'set traps from <network>');
  }
}

function take(draft: Draft, line: SourceLine, name: string, sentence: string): true {
  draft.taken(line, `${name}: ${sentence}.`);
  return true;
}

function refuse(draft: Draft, line: SourceLine, name: string, sentence: string): true {
  draft.refused(line, `${name}: ${sentence}.`);
  return true;
}

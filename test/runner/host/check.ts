/** Runs one check on this machine, and says what came of it. */

import { exchange } from '../../../src/host/quickjs/exchange';
import { execute } from '../../../src/host/quickjs/execute';
import { Checks } from '../../../src/monitor/checks/index';
import { main, say } from './say';

const history = {
  lastSummary: '',
  lastOutput: '',
  firstFailureMs: null,
  lastFailureMs: null,
  firstSuccessMs: null,
  lastSuccessMs: null,
};

main({
  run: (deadlineMs, hosts, ...argv) =>
    new Checks({ exchange, execute }).run(
      {
        type: 'check',
        id: 1,
        watch: 'test',
        service: 'test',
        argv,
        hosts: hosts!.split(' '),
        deadlineMs: Number(deadlineMs),
        history,
      },
      (outcome) => say({ ...outcome }),
    ),
});

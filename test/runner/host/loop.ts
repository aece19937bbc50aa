/** Test program: the traps of event loops, with real descriptors, signals and children. */

import * as sys from 'sys';
import { SIGNAL } from '../../../src/host/quickjs/linux';
import { loop } from '../../../src/host/quickjs/machine';
import { main, say } from './say';

function readyPipe(): number {
  const ends = sys.pipe();
  if (typeof ends === 'number') throw new Error(`no pipe: ${ends}`);
  sys.write(ends[1], new ArrayBuffer(1), 0, 1);
  return ends[0];
}

function busy(ms: number): void {
  const until = loop.now() + ms;
  while (loop.now() < until);
}

function shell(script: string, onExit: (status: number) => void): void {
  const pid = loop.spawn(['/bin/sh', '-c', script], [], [0, 1, 2], onExit);
  if (pid < 0) throw new Error(`cannot start a shell: ${pid}`);
}

main({
  /** Three pipes that stay readable for ever, and a timer. */
  starve: () => {
    const calls = [0, 0, 0];
    calls.forEach((_, at) => {
      const readable = (): void => {
        calls[at]!++;
      };
      loop.watch(readyPipe(), { readable }).want(true, false);
    });
    loop.after(20, () => {
      say({ fair: Math.max(...calls) - Math.min(...calls) <= 1, called: Math.min(...calls) > 1 });
      loop.stop();
    });
  },

  /** Signals while poll waits; it must neither end nor miss them. */
  signal: () => {
    let hangups = 0;
    loop.onSignal(SIGNAL.HUP, () => {
      say({ hangups: ++hangups });
      if (hangups === 3) loop.stop();
      else sendLater();
    });
    const sendLater = (): void => shell(`sleep 0.02; kill -HUP ${sys.pid()}`, () => {});
    sendLater();
  },

  /** Children that end while the loop does something else: their signals become one. */
  children: () => {
    const count = 100;
    let ended = 0;
    for (let at = 0; at < count; at++) {
      shell(`exit ${at}`, (status) => {
        if (status !== at << 8) throw new Error(`child ${at} ended with ${status}`);
        ended++;
      });
    }
    busy(300);
    const look = (): void => {
      if (ended < count) loop.after(10, look);
      else say({ ended });
    };
    look();
  },

  late: () => {
    loop.after(5, () => {
      loop.takeLatenessMs();
      busy(60);
    });
    loop.after(10, () => {
      const lateMs = loop.takeLatenessMs();
      say({ late: lateMs > 50, again: loop.takeLatenessMs() });
    });
  },

  throws: () => {
    loop.after(1, () => {
      throw new Error('broken callback');
    });
    loop.after(20, () => say({ reached: true }));
  },

  rejects: () => {
    loop.after(1, () => {
      Promise.reject(new Error('broken promise'));
    });
    loop.after(20, () => say({ reached: true }));
  },
});

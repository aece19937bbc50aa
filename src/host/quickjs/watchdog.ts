/** The hardware watchdog, Documentation/watchdog/watchdog-api.rst of the kernel. When to feed it is decided elsewhere. */

import * as sys from 'sys';
import type { Result, Watchdog } from '../host';
import { DONE, failure, refusal, success } from './failure';
import { ERRNO, O } from './linux';
import { textBytes } from './text';

const FOOD = textBytes('.').buffer;
/** Written last, it tells the driver that the program ends on purpose. */
const MAGIC_CLOSE = textBytes('V').buffer;
/** Timeouts that are tried, each a second longer. */
const TRIES = 60;

class Device implements Watchdog {
  constructor(
    private readonly path: string,
    private readonly fd: number,
    readonly timeoutMs: number,
  ) {}

  feed(): Result<null> {
    return this.write(FOOD);
  }

  disarm(): Result<null> {
    const written = this.write(MAGIC_CLOSE);
    sys.close(this.fd);
    return written;
  }

  private write(byte: ArrayBuffer): Result<null> {
    const count = sys.write(this.fd, byte, 0, 1);
    return count === 1 ? DONE : failure(refusal(`write to ${this.path}`, count));
  }
}

/**
 * The timeout nearest to the wanted one that the device takes, or the one that it has where none can be set, as with the
 * oldest cards. Many take no short one: iTCO_wdt of the first ICHs begins at 3 s.
 * @returns seconds, or -errno
 */
function settle(fd: number, wanted: number): number {
  for (let seconds = wanted; seconds < wanted + TRIES; seconds++) {
    const taken = sys.watchdogTimeout(fd, seconds);
    if (taken > 0) return taken;
    if (taken !== -ERRNO.EINVAL) break;
  }
  return sys.watchdogHasTimeout(fd);
}

/** See `Host.openWatchdog`. A device that does not tell its timeout is closed again: nobody would know when to feed it. */
export function openWatchdog(path: string, timeoutSeconds: number): Result<Watchdog> {
  const fd = sys.open(path, O.WRONLY, 0);
  if (fd < 0) return failure(refusal(`open the watchdog ${path}`, fd));
  const seconds = settle(fd, timeoutSeconds);
  const device = new Device(path, fd, seconds * 1000);
  if (seconds > 0) return success(device);
  device.disarm();
  return failure(refusal(`set the watchdog ${path} to ${timeoutSeconds} s`, seconds));
}

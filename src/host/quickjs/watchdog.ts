/** The hardware watchdog, Documentation/watchdog/watchdog-api.rst of the kernel. When to feed it is decided elsewhere. */

import * as sys from 'sys';
import type { Result, Watchdog } from '../host';
import { DONE, failure, refusal, success } from './failure';
import { O } from './linux';
import { textBytes } from './text';

const FOOD = textBytes('.').buffer;
/** Written last, it tells the driver that the program ends on purpose. */
const MAGIC_CLOSE = textBytes('V').buffer;

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

/** See `Host.openWatchdog`. A device that cannot be set keeps its own timeout, which is then not known: it is closed. */
export function openWatchdog(path: string, timeoutSeconds: number): Result<Watchdog> {
  const fd = sys.open(path, O.WRONLY, 0);
  if (fd < 0) return failure(refusal(`open the watchdog ${path}`, fd));
  const seconds = sys.watchdogTimeout(fd, timeoutSeconds);
  const device = new Device(path, fd, seconds * 1000);
  if (seconds > 0) return success(device);
  device.disarm();
  return failure(refusal(`set the watchdog ${path} to ${timeoutSeconds} s`, seconds));
}

/** The package `abort-controller`: readable-stream names the classes when it loads, and nobody here aborts. */
export class AbortSignal {}
export class AbortController {
  readonly signal = new AbortSignal();
}

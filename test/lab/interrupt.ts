/** Ctrl-C and kill clean up, too. */

/** @param close before the process ends @returns a function that ends this */
export function onInterrupt(close: () => Promise<void>): () => void {
  const stop = (): void => {
    void close().finally(() => process.exit(130));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return () => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  };
}

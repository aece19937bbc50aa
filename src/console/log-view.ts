/** The supervisor's log, one JSON object a line as pino writes it, for people. Pure. */

const LEVELS: ReadonlyMap<number, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'WARN'],
  [50, 'ERROR'],
  [60, 'FATAL'],
]);

/** @returns `2026-02-03 04:05:06 WARN  sentence`; a line that is not of the log comes back as it is */
export function logLine(line: string): string {
  let event: { time?: unknown; level?: unknown; msg?: unknown };
  try {
    event = JSON.parse(line);
  } catch {
    return line;
  }
  const { time, level, msg } = event;
  if (typeof time !== 'number' || typeof level !== 'number' || typeof msg !== 'string') return line;
  return `${dateText(time)} ${(LEVELS.get(level) ?? String(level)).padEnd(5)} ${msg}`;
}

/** The last lines of a log file and of the one before it. */
export function logLines(older: string, newer: string, count: number): string[] {
  const all = `${older}${newer}`.split('\n').filter((line) => line !== '');
  return all.slice(-count).map(logLine);
}

/** Date and time in UTC, as the box's clock has it. @param wallMs ms since 1970 */
export function dateText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** How a test gets past the login of a box's console. The same for boxes of the lab and of the hardware test. */

/** Of every box that a test makes. */
const PASSWORD = 'of the laboratory';
/** As crypt(5) has it: the content of /config/password. */
export const PASSWORD_HASH =
  '$6$laboratory$LWOiH94ixAiPqYitceKnLWO.UvIrYzMghENBShPzoff4o5JOmpR4hp5IrGVSDHQffyz.MmOC7EhykNRPQKGln1';

export interface Keyboard {
  type(text: string): void;
  /** Waits until the text is on the screen behind what was there when it was called. @returns false at a deadline */
  appears(text: string): Promise<boolean>;
}

/** From a console that waits for Enter to the system's own shell. @returns whether that was reached */
export async function toShell(keyboard: Keyboard): Promise<boolean> {
  const steps = [
    ['\n', 'Password: '],
    [`${PASSWORD}\r`, '> '],
    ['shell\r', '# '],
  ] as const;
  for (const [typed, answer] of steps) {
    const answered = keyboard.appears(answer);
    keyboard.type(typed);
    if (!(await answered)) return false;
  }
  return true;
}

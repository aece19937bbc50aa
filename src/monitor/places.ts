/** So many programs at a time; the others wait their turn. Runs none itself. */

export class Places {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(
    private readonly atOnce: number,
    private readonly waitingLimit: number,
  ) {}

  /** Nobody waits. */
  get isCalm(): boolean {
    return this.waiting.length === 0;
  }

  /**
   * @param begin called now, or when its turn has come; what it is given is to be called once, at the end
   * @returns false when too many wait: then it is not called
   */
  take(begin: (leave: () => void) => void): boolean {
    const run = (): void => begin(() => this.leave());
    if (this.taken < this.atOnce) {
      this.taken += 1;
      run();
    } else if (this.waiting.length < this.waitingLimit) this.waiting.push(run);
    else return false;
    return true;
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}

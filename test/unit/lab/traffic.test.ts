import { describe, expect, it } from 'vitest';
import {
  alternates,
  between,
  failures,
  firstInARow,
  longestGap,
  median,
  type Outcome,
  shares,
} from '../../lab/traffic';

function outcome(startMs: number, server: string | null, durationMs = 5): Outcome {
  return {
    kind: 'steady',
    startMs,
    endMs: startMs + durationMs,
    server,
    error: server === null ? 'no answer' : null,
  };
}

describe('longestGap', () => {
  it('is the time between the good answers around an outage, however many requests failed in it', () => {
    const outcomes = [
      outcome(0, 'rs1'),
      outcome(20, null, 200),
      outcome(40, null, 200),
      outcome(60, 'rs2'),
      outcome(80, 'rs1'),
    ];
    expect(longestGap(outcomes)).toEqual({ fromMs: 5, lengthMs: 60 });
  });

  it('goes by the end of answers, which may come in another order than the requests', () => {
    expect(longestGap([outcome(0, 'rs1', 100), outcome(20, 'rs2', 5)])).toEqual({ fromMs: 25, lengthMs: 75 });
  });

  it('has no end where fewer than two requests were answered', () => {
    expect(longestGap([outcome(0, 'rs1'), outcome(20, null)]).lengthMs).toBe(Number.POSITIVE_INFINITY);
    expect(longestGap([]).lengthMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('firstInARow', () => {
  const sent = (servers: readonly (string | null)[]): Outcome[] =>
    servers.map((server, index) => outcome(index * 20, server, server === null ? 200 : 5));

  it('is the first answer that no failure follows before the row is full', () => {
    const outcomes = sent(['rs1', null, 'rs1', 'rs2', 'rs1', null]);
    expect(firstInARow(outcomes, 3)?.startMs).toBe(40);
    expect(firstInARow(outcomes, 4)).toBeNull();
  });

  it('goes by the times at which requests were sent, not by the order in which they ended', () => {
    const [good, failed, ...rest] = sent(['rs1', null, 'rs2', 'rs1']);
    expect(firstInARow([good!, ...rest, failed!], 2)?.startMs).toBe(40);
  });

  it('is nothing where nothing was asked', () => {
    expect(firstInARow([], 1)).toBeNull();
  });
});

describe('alternates', () => {
  it('wants two servers to take turns', () => {
    expect(alternates([outcome(0, 'rs1'), outcome(1, 'rs2'), outcome(2, 'rs1')])).toBe(true);
    expect(alternates([outcome(0, 'rs1'), outcome(1, 'rs2'), outcome(2, 'rs2')])).toBe(false);
  });

  it('takes no failure for a turn', () => {
    expect(alternates([outcome(0, 'rs1'), outcome(1, null), outcome(2, 'rs1')])).toBe(false);
  });
});

describe('between, failures, shares', () => {
  const outcomes = [outcome(0, 'rs1'), outcome(10, null), outcome(20, 'rs2'), outcome(30, 'rs2')];

  it('goes by when a request was started; the end of the stretch is not in it', () => {
    expect(between(outcomes, 10, 30)).toEqual([outcomes[1], outcomes[2]]);
  });

  it('counts answers per server and finds the requests without one', () => {
    expect(shares(outcomes)).toEqual(
      new Map([
        ['rs1', 1],
        ['rs2', 2],
      ]),
    );
    expect(failures(outcomes)).toEqual([outcomes[1]]);
  });
});

describe('median', () => {
  it('is the middle value, the higher one of two', () => {
    expect(median([30, 10, 20])).toBe(20);
    expect(median([10, 20])).toBe(20);
    expect(median([])).toBeNaN();
  });
});

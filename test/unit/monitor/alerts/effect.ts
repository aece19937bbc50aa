import type { AlertEffect } from '../../../../src/monitor/events';

/** A failure of one of two hosts. */
export const failure: AlertEffect = {
  type: 'alert',
  alertType: 'failure',
  watch: 'web',
  service: 'http',
  argv: ['console'],
  hosts: ['10.0.0.1', '10.0.0.2'],
  outcome: { ok: false, status: 1, summary: '10.0.0.2', output: '10.0.0.2: connection refused' },
  // 2026-07-06 12:00:00.9 UTC
  wallMs: 1_783_339_200_900,
  history: {
    lastSummary: '10.0.0.2',
    lastOutput: '10.0.0.2: connection refused',
    firstFailureMs: 1_783_339_200_900,
    lastFailureMs: 1_783_339_200_900,
    firstSuccessMs: null,
    lastSuccessMs: null,
  },
};

export const up: AlertEffect = {
  ...failure,
  alertType: 'up',
  outcome: { ok: true, status: 0, summary: '', output: '' },
};

/** What a hostile monitor says: other lines, escapes, and more than fits. */
export const hostile: AlertEffect = {
  ...failure,
  outcome: {
    ok: false,
    status: 1,
    summary: `x\r\nBcc: all@example.org\r\n\x1b[2J\u0000é${'y'.repeat(5000)}`,
    output: `.\r\n.\r\nMAIL FROM:<x>\n\x1b[2J\u2028é\t${'z'.repeat(5000)}`,
  },
};

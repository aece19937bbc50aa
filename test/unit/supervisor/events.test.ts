import { expect, it } from 'vitest';
import { EVENTS_LIMIT, Events } from '../../../src/supervisor/events';

it('keeps the newest events, and none that is for debugging', () => {
  const events = new Events();
  events.add(1, 'debug', 'for nobody');
  for (let at = 0; at <= EVENTS_LIMIT; at++) events.add(at, 'info', `number ${at}`);
  expect(events.list).toHaveLength(EVENTS_LIMIT);
  expect(events.list[0]).toEqual({ wallMs: 1, level: 'info', sentence: 'number 1' });
  expect(events.list.at(-1)).toEqual({
    wallMs: EVENTS_LIMIT,
    level: 'info',
    sentence: `number ${EVENTS_LIMIT}`,
  });
});

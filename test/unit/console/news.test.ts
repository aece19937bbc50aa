import { expect, test } from 'vitest';
import { NEWS_LIMIT, News } from '../../../src/console/news';
import type { Status } from '../../../src/supervisor/status';
import { ACTIVE } from '../panel/statuses';

const statusOf = (...sentences: readonly string[]): Status =>
  Object.assign({}, ACTIVE, {
    events: sentences.map((sentence, at) => ({
      wallMs: ACTIVE.wallMs + 1000 * at,
      level: sentence.includes('down') ? 'error' : 'info',
      sentence,
    })),
  });

test('only what happens after the first look is news, and only once', () => {
  const news = new News();
  news.hear(statusOf('a', 'b'));
  expect(news.take()).toEqual([]);
  news.hear(statusOf('a', 'b'));
  news.hear(statusOf('a', 'b', 'c is down'));
  news.hear(statusOf('a', 'b', 'c is down', 'd'));
  expect(news.take()).toEqual(['14:03:29 error: c is down', '14:03:30 d']);
  expect(news.take()).toEqual([]);
});

test('the first event at all is news', () => {
  const news = new News();
  news.hear(statusOf());
  news.hear(statusOf('a'));
  expect(news.take()).toEqual(['14:03:27 a']);
});

test('what nobody takes does not grow without end', () => {
  const news = new News();
  news.hear(statusOf('old'));
  news.hear(statusOf(...Array.from({ length: 30 }, (_, at) => `event ${at}`)));
  const lines = news.take();
  expect(lines).toHaveLength(NEWS_LIMIT + 1);
  expect(lines[0]).toBe('(20 events before these; show log has them)');
  expect(lines.at(-1)).toContain('event 29');
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/sim/**/*.test.ts', 'test/runner/**/*.test.ts'],
    testTimeout: 30_000,
  },
});

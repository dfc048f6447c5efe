import { defineConfig } from 'vitest/config';

const minute = 60_000;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'units',
          include: ['src/**/*.test.ts'],
          exclude: ['src/faults/**'],
          globalSetup: ['src/testing/global-setup.ts'],
          // Modules keep nothing between files, and loading them for each took a third of the time.
          isolate: false,
          testTimeout: minute / 2,
          // Unsaid it is one second, which a busy machine takes for anything.
          expect: { poll: { timeout: minute / 3 } },
          hookTimeout: minute
        }
      },
      {
        // One real platform, whose parts are killed.
        test: {
          name: 'faults',
          include: ['src/faults/*.test.ts'],
          globalSetup: ['src/faults/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 8 * minute,
          hookTimeout: 6 * minute
        }
      }
    ]
  }
});

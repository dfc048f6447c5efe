import { defineConfig } from 'vitest/config';

const minute = 60_000;
// Unsaid it is one second, which a busy machine takes for anything.
const patience = { poll: { timeout: minute / 2 } };

export default defineConfig({
  test: {
    projects: [
      {
        // Node has EventSource, but behind a flag.
        test: {
          name: 'units',
          include: ['src/**/*.test.{ts,tsx}'],
          execArgv: ['--experimental-eventsource'],
          // EventSource waits three seconds before it connects again.
          testTimeout: minute / 2,
          expect: patience
        }
      },
      {
        // A browser against a real JupyterLab with a small server that speaks the contract.
        test: {
          name: 'lab',
          include: ['ui-tests/*.test.ts'],
          exclude: ['ui-tests/hub-*.test.ts'],
          fileParallelism: false,
          testTimeout: 3 * minute,
          hookTimeout: minute,
          expect: patience
        }
      },
      {
        // A browser against the hub's pages with a small server that speaks the contract.
        test: {
          name: 'pages',
          include: ['ui-tests/hub-*.test.ts'],
          fileParallelism: false,
          testTimeout: 3 * minute,
          hookTimeout: minute,
          expect: patience
        }
      },
      {
        // A browser against one real platform.
        test: {
          name: 'platform',
          include: ['ui-tests/platform/*.test.ts'],
          globalSetup: 'ui-tests/platform/global-setup.ts',
          fileParallelism: false,
          testTimeout: 3 * minute,
          hookTimeout: minute,
          expect: patience
        }
      }
    ]
  }
});

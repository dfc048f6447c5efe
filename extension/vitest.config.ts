import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Node has EventSource, but behind a flag.
        test: { name: 'units', include: ['src/**/*.test.{ts,tsx}'], execArgv: ['--experimental-eventsource'] }
      }
    ]
  }
});

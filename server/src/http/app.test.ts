import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Logger } from '../platform/logger.js';
import { createApp, type AppDeps } from './app.js';
import { listen } from './listen.js';
import { createMetrics } from './request-metrics.js';

it('logs no fault of ours for clients that leave in the middle of a body', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  const path = join(folder, 's');
  const error = vi.fn();
  const logger = { error, warn: vi.fn(), child: () => logger } as unknown as Logger;
  const begun = vi.fn();
  const deps = {
    logger,
    requestMetrics: createMetrics().middleware,
    routes: () => undefined,
    pages: [
      async ctx => {
        begun();
        await text(ctx.req).catch(() => undefined);
        ctx.body = 'read';
      }
    ]
  } satisfies Partial<AppDeps>;
  const app = createApp(deps as unknown as AppDeps);
  const server = await listen((request, response) => void app.callback()(request, response), { path });
  const leave = ['end', 'destroy'] as const;
  for (const how of leave) {
    const socket = connect({ path }).on('error', () => undefined);
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await expect.poll(() => begun.mock.calls.length).toBe(leave.indexOf(how) + 1);
    socket[how]();
  }
  await pause(200);
  expect(error).not.toHaveBeenCalled();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

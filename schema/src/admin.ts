import { z } from 'zod';
import { everyone } from './access.js';
import { Time } from './common.js';
import { bytes, endpoint, json } from './endpoint.js';

export const Ready = z
  .strictObject({
    ready: z.boolean(),
    build: z.string(),
    services: z.array(
      z.strictObject({
        name: z.string(),
        state: z.enum(['starting', 'ready', 'failed', 'stopped']),
        pid: z.int().optional(),
        since: Time,
        /** How often it has ended unasked since the platform was started. */
        restarts: z.int(),
        reason: z.string().optional()
      })
    )
  })
  .meta({ id: 'Ready' });
export type Ready = z.infer<typeof Ready>;

export const health = endpoint({
  id: 'health',
  method: 'GET',
  path: '/health',
  base: '',
  summary: 'The API server is alive',
  access: everyone,
  reply: json(z.strictObject({ alive: z.literal(true) })),
  problems: []
});

export const ready = endpoint({
  id: 'ready',
  method: 'GET',
  path: '/ready',
  base: '',
  summary: 'Each service, with reasons; 503 while one is missing',
  access: everyone,
  reply: json(Ready),
  problems: ['service.unavailable']
});

export const metrics = endpoint({
  id: 'metrics',
  method: 'GET',
  path: '/metrics',
  base: '',
  summary: 'Figures in Prometheus’ format, for scrapers on this machine',
  access: everyone,
  reply: { ...bytes, type: 'text/plain' },
  problems: ['access.denied']
});

import { channels } from './access.js';

/** By which way something came in: a request's channel, or without any request. `unknown` is older than the record. */
export const waysIn = [...channels, 'device', 'command line', 'platform', 'unknown'] as const;
export type WayIn = (typeof waysIn)[number];

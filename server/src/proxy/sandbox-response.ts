import { sandboxMaySet } from './cookies.js';
import { passThrough, type RawHeaders } from './headers.js';

/**
 * What a sandbox's answer may not say. `Service-Worker-Allowed`, `Clear-Site-Data` and the transport's headers reach
 * beyond the page; reports (`NEL`) tell of the origin's requests for as long as the browser keeps them;
 * `Access-Control-*` would open the origin to others; `WWW-Authenticate` makes a browser ask for a password that a
 * notebook must never see.
 */
const forbidden = new Set([
  'alt-svc',
  'clear-site-data',
  'cross-origin-opener-policy',
  'nel',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'strict-transport-security',
  'www-authenticate',
  'x-content-type-options'
]);

const ofOurs = ['X-Content-Type-Options', 'nosniff', 'Cross-Origin-Opener-Policy', 'same-origin'];

/** Several policies in force at once only narrow each other, so the sandbox's own may stay. */
const frames = ['Content-Security-Policy', "frame-ancestors 'self'"];

const allowed = (name: string, value: string): boolean => {
  if (forbidden.has(name) || name.startsWith('access-control-') || name.startsWith('x-hopslab-'))
    return false;
  return name !== 'set-cookie' || sandboxMaySet(value);
};

/** The notebook server believes that it is http://localhost; the browser must not be sent there. */
const located = (value: string): string => value.replace(/^https?:\/\/localhost(?=\/|$)/i, '') || '/';

/** The headers of a sandbox's answer that go on to the browser, with ours. */
export const fromSandbox = (raw: RawHeaders): string[] => [
  ...passThrough(raw, (name, value) => {
    if (!allowed(name, value)) return undefined;
    return name === 'location' ? located(value) : value;
  }),
  ...ofOurs,
  ...frames
];

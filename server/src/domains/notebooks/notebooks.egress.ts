import type { SandboxSpec } from '../../ports/sandbox.js';

const forwarder = '/etc/hopslab/forward.py';
const port = 3128;
const proxy = `http://127.0.0.1:${port}`;
const here = 'localhost,127.0.0.1,::1';

/** What of a sandbox makes its programs find the internet: a port of its own loopback, carried to its own socket. */
export const wayOut = (program: string): Pick<SandboxSpec, 'command' | 'env' | 'files'> => ({
  command: ['/usr/bin/python3', '-I', '-S', forwarder, '/run/hopslab/egress.sock', String(port)],
  env: {
    // Programs disagree on the case.
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    NO_PROXY: here,
    no_proxy: here
  },
  files: { [forwarder]: program }
});

import { join } from 'node:path';
import { createLocalDeviceAuthority, rotateDeviceAuthority } from './adapters/ca/index.js';
import { createLocalFileStore } from './adapters/filestore/local.filestore.js';
import { createBubblewrapSandbox } from './adapters/sandbox/bubblewrap.sandbox.js';
import { createLocalWorkplace } from './adapters/sandbox/local.workplace.js';
import { createPreviewReader } from './adapters/sandbox/preview.reader.js';
import type { Config } from './config.js';
import { secretIn } from './platform/secrets.js';
import type { PreviewReader } from './ports/preview-reader.js';

/** Files, sandboxes, what runs in them, and who signs devices, as one machine has them: the only place that names adapters. */
export const createAdapters = (config: Config, doubles: { readonly previewReader?: PreviewReader }) => {
  // The copy that sandboxes' users can reach, wherever the checkout is.
  const kernels = join(config.tools, 'kernels');
  const environments = join(config.tools, 'environments');
  const { sandbox: identity, controlGroups, disk } = config;
  const boxes = { shim: join(kernels, 'hopslab_shim'), identity, controlGroups, disk };
  // In a folder of their own: to whoever looks after notebooks' sandboxes these would be leftovers.
  const readers = join(config.run, 'p');
  const logs = join(readers, 'logs');
  const authority = {
    data: config.data,
    passphrase: secretIn(config.caKeySecretFile, config.data, 'devices')
  };
  return {
    fileStore: createLocalFileStore({ root: join(config.data, 'projects'), owner: identity }),
    sandbox: createBubblewrapSandbox({
      ...boxes,
      run: config.run,
      logs: join(config.data, 'logs', 'sandboxes')
    }),
    previewReader:
      doubles.previewReader ??
      createPreviewReader({
        sandbox: createBubblewrapSandbox({ ...boxes, run: readers, logs, processes: 64 }),
        logs,
        environment: join(environments, 'base'),
        program: join(kernels, 'hopslab_preview')
      }),
    workplace: createLocalWorkplace({
      environments,
      scratch: join(config.data, 'scratch'),
      serverConfig: join(kernels, 'hopslab_server', 'jupyter_server_config.py'),
      forwarder: join(kernels, 'hopslab_server', 'forward.py'),
      identity,
      pretendedGpus: config.pretendedGpus
    }),
    deviceAuthority: createLocalDeviceAuthority(authority),
    rotateDeviceAuthority: () => rotateDeviceAuthority(authority.data, authority.passphrase)
  };
};

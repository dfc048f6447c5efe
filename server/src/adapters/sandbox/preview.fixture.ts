import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PreviewedFile } from '../../ports/preview-reader.js';
import { createPreviewReader, type PreviewReaderOptions } from './preview.reader.js';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const tools = process.env['HOPSLAB_TOOLS'] ?? join(checkout, '.hopslab', 'tools');

/** The environment in which data files are read. */
export const environment = join(tools, 'environments', 'base');
const program = join(checkout, 'kernels', 'src', 'hopslab_preview');

/** The real reader, over real bubblewrap. */
export const readerUnderTest = (
  under: SandboxFixture,
  more: Partial<Pick<PreviewReaderOptions, 'program' | 'patience'>> = {}
) =>
  createPreviewReader({
    sandbox: under.sandbox,
    logs: join(under.data, 'logs'),
    environment,
    program,
    // Tests have a machine to share.
    patience: 60_000,
    ...more
  });

export const readersSandbox = (): SandboxFixture => bubblewrapUnderTest({ processes: 64 });

/** A file as the file store tells of it. */
export const asOpened = (path: string, name = path): PreviewedFile => {
  const { dev, ino } = statSync(path, { bigint: true });
  return { name, path, identity: `${dev}:${ino}` };
};

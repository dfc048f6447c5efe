import { join, resolve } from 'node:path';
import type { Bench } from '../bench.ts';
import { run } from '../parts/programs.ts';

export const checkout = resolve(import.meta.dirname, '../../..');

const where = `import json, sys; from launcher.layout import layout; at = layout(sys.argv[1], None)
print(json.dumps({"data": str(at.data), "run": str(at.run), "tools": str(at.tools), "node": str(at.node)}))`;

interface Installation {
  readonly data: string;
  /** The folder of sockets and of what is known of running processes. */
  readonly run: string;
  readonly tools: string;
  readonly node: string;
}

/** Where the installation of this checkout lies, and a data folder of the bench's own with it. */
export const installation = (bench: Bench, name = 'data'): Promise<Installation> =>
  bench.keep(`installation ${name}`, async () => {
    const data = join(await bench.folder(), name);
    return JSON.parse(await run('python3', ['-B', '-c', where, data], { cwd: checkout })) as Installation;
  });

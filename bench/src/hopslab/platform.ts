import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { freePort } from '../parts/processes.ts';
import { run } from '../parts/programs.ts';
import { checkout, installation } from './installation.ts';

interface Up {
  readonly url: string;
  readonly ca: string;
  readonly username?: string;
  readonly password?: string;
}

interface Board {
  readonly supervisor: number;
  readonly services: readonly { readonly name: string; readonly state: string; readonly pid?: number }[];
}

const hopslab = (verb: string, ...given: string[]) =>
  run(join(checkout, 'hopslab'), [verb, '--json', ...given], { cwd: checkout });

/** A platform with a data folder of the bench's own, kept between runs; its first administrator's password with it. */
export const platform = (bench: Bench, name = 'data') =>
  bench.keep(`platform ${name}`, async () => {
    const { data, run: folder } = await installation(bench, name);
    const port = await freePort();
    const up = async (): Promise<Up> =>
      JSON.parse(await hopslab('up', '--detach', '--data', data, '--port', String(port))) as Up;
    const down = async (): Promise<void> => {
      await hopslab('down', '--yes', '--data', data);
    };
    await down();
    const told = await up();
    const remembered = join(bench.scratch, `${name}.administrator.json`);
    if (told.password !== undefined) await writeFile(remembered, JSON.stringify(told), { mode: 0o600 });
    const { username, password } = JSON.parse(await readFile(remembered, 'utf8')) as Required<Up>;
    return {
      ...{ url: told.url, ca: told.ca, port, data, username, password, up, down, close: down },

      /** The processes of the platform, by name. */
      pids: (): Record<string, number> => {
        const board = JSON.parse(readFileSync(join(folder, 'services.json'), 'utf8')) as Board;
        const pids = board.services.map(({ name, pid }) => [name, pid ?? -1] as const);
        return { supervisor: board.supervisor, ...Object.fromEntries(pids) };
      },

      /** The shims of running sandboxes. */
      shims: (): number[] =>
        readdirSync(join(folder, 's'))
          .map(
            id =>
              JSON.parse(readFileSync(join(folder, 's', id, 'shim', 'state.json'), 'utf8')) as { pid: number }
          )
          .map(({ pid }) => pid)
    };
  });
export type Platform = Awaited<ReturnType<typeof platform>>;

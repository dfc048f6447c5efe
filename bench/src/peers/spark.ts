import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Bench } from '../bench.ts';
import { installation } from '../hopslab/installation.ts';

export const sparkName = 'pyspark 3.5.7, local-cluster[2,1,768], default JVM flags';

/** The installed pyspark with a `work` folder of its own, which its workers write into. */
const sparkHome = (bench: Bench) =>
  bench.keep('spark-home', async () => {
    const { tools } = await installation(bench);
    const python = join(await realpath(join(tools, 'environments', 'base')), 'bin', 'python');
    const [library] = (await readdir(join(python, '..', '..', 'lib'))).filter(name =>
      name.startsWith('python')
    );
    const installed = join(python, '..', '..', 'lib', library ?? '', 'site-packages', 'pyspark');
    const home = await bench.folder('spark-home');
    await rm(home, { recursive: true, force: true });
    await mkdir(join(home, 'work'), { recursive: true });
    for (const name of await readdir(installed))
      if (name !== 'work') await symlink(join(installed, name), join(home, name));
    return { python, home };
  });

/** Starts bare pyspark; its first line is the first job's result, each line asked for after that another's. */
export const bareSpark = async (bench: Bench, ...given: string[]) => {
  const { python, home } = await sparkHome(bench);
  const child = spawn(python, [join(import.meta.dirname, 'bare_spark.py'), ...given], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      SPARK_HOME: home,
      SPARK_LOCAL_IP: '127.0.0.1',
      PYSPARK_PYTHON: python
    },
    cwd: home,
    stdio: ['pipe', 'pipe', 'ignore']
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const next = lines[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await next.next();
    if (done) throw new Error('bare pyspark ended');
    return value;
  };
  return {
    line,
    ask: (): Promise<string> => {
      child.stdin.write('\n');
      return line();
    },
    async close(): Promise<void> {
      child.stdin.end();
      await exited;
    }
  };
};

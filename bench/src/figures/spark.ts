import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { hub, startServer, stopServer } from '../hopslab/notebook.ts';
import { startKernel } from '../parts/kernel.ts';
import { timed } from '../parts/programs.ts';
import { bareSpark, sparkName } from '../peers/spark.ts';

// Of these 1,536 MiB the heap gets the 768 that the bare executors have, and Python the rest.
const lease = { executors: 2, cores: 1, memory: 1536 * 2 ** 20 };
const firstJob =
  'print(spark.sparkContext.parallelize(range(2), 2).map(lambda number: number + 1).collect())';
const program = join(import.meta.dirname, '../parts/aggregation.py');

export const sparkStart: Figure = {
  name: 'spark-start',
  title: 'Spark from nothing (a kernel asked for; python started) to the result of the first Python job',
  unit: 's',
  bar: { of: 'ratio', atMost: 0.6, goal: 0.5 },
  peerName: sparkName,

  async ours(bench) {
    const site = await hub(bench);
    await stopServer(site);
    const server = await startServer(site, lease);
    const taken = await timed(async () => (await startKernel(server)).execute(firstJob));
    await stopServer(site);
    return taken;
  },

  async peer(bench) {
    const began = performance.now();
    const bare = await bareSpark(bench);
    await bare.line();
    const taken = (performance.now() - began) / 1000;
    await bare.close();
    return taken;
  }
};

/** A session of ours and one of theirs, both warm, each with the same rows written by itself. */
const ourSession = (bench: Bench) =>
  bench.keep('our-session', async () => {
    const site = await hub(bench);
    await stopServer(site);
    const { execute } = await startKernel(await startServer(site, lease));
    await execute(readFileSync(program, 'utf8'));
    await execute("write_rows(spark, '/scratch/bench-rows'); aggregation(spark, '/scratch/bench-rows')");
    return { execute, close: async () => stopServer(await hub(bench)) };
  });

const theirSession = (bench: Bench) =>
  bench.keep('their-session', async () => {
    const bare = await bareSpark(bench, program, join(await bench.folder('rows'), 'rows'));
    await bare.line();
    await bare.ask();
    return bare;
  });

export const parquet: Figure = {
  name: 'spark-parquet',
  title: 'aggregations per minute over the same 6 million rows of Parquet on two executors, warm',
  unit: '1/min',
  bar: { of: 'ratio', atLeast: 0.9 },
  peerName: sparkName,

  async ours(bench) {
    const { execute } = await ourSession(bench);
    return 60 / Number(await execute("print(aggregation(spark, '/scratch/bench-rows'))"));
  },

  async peer(bench) {
    const { ask } = await theirSession(bench);
    return 60 / Number(await ask());
  }
};

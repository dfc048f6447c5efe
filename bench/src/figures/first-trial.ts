import type { Figure } from '../figure.ts';
import { hub, startServer, stopServer } from '../hopslab/notebook.ts';
import { startKernel } from '../parts/kernel.ts';

const lease = { executors: 2, cores: 1, memory: 1536 * 2 ** 20 };
const session = 'print(spark.sparkContext.parallelize(range(2), 2).map(lambda number: number + 1).collect())';
const sweep = `
import time
from hopslab import experiment
from hopslab.experiment import uniform
def began(x):
    import time
    return {"at": time.time()}
asked = time.time()
result = experiment.run(began, {"x": uniform(0, 1)}, trials=2, parallel=2, metric="at", direction="minimize", name="first")
print(result.best_value - asked)
`;

export const firstTrial: Figure = {
  name: 'first-trial',
  title: 'a search is asked for in a session that has started, until its first trial begins on an executor',
  unit: 's',
  bar: { of: 'ours', atMost: 3 },

  async ours(bench) {
    const site = await hub(bench);
    await stopServer(site);
    const kernel = await startKernel(await startServer(site, lease));
    await kernel.execute(session);
    const taken = Number(await kernel.execute(sweep));
    await stopServer(site);
    return taken;
  }
};

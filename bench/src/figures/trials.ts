import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { hub, project, startServer, stopServer } from '../hopslab/notebook.ts';
import { startKernel } from '../parts/kernel.ts';
import { run } from '../parts/programs.ts';
import { good, type Site } from '../parts/web.ts';
import { peers } from '../peers/install.ts';
import { peerPostgres } from '../peers/postgres.ts';

const [trials, before] = [1000, 100];
const sweep = `
from hopslab import experiment
from hopslab.experiment import randint, uniform
def objective(x, n):
    return {"loss": x**2 + n}
result = experiment.run(objective, {"x": uniform(-1, 1), "n": randint(1, 10)}, trials=${trials}, parallel=2,
                        metric="loss", direction="minimize", name="bench")
assert result.delivered, result.reason
import time
print(result.id, time.time())
`;

interface Trial {
  readonly state: string;
  readonly endedAt: string;
}
interface Page {
  readonly items: readonly Trial[];
  readonly nextCursor: string | null;
}

/** When the trials ended that are rows of the platform, in order. */
const ends = async (site: Site, id: string): Promise<number[]> => {
  const path = `/api/v1/projects/${project}/experiments/${id}/trials`;
  const { items } = await good<Page>(site.send('GET', `${path}?limit=1000`));
  if (items.length !== trials || items.some(({ state }) => state !== 'complete'))
    throw new Error(`${items.length} of ${trials} trials are rows`);
  return items.map(({ endedAt }) => Date.parse(endedAt)).sort((a, b) => a - b);
};

/** Milliseconds that one of our trials takes. */
const ourTrial = async (bench: Bench): Promise<number> => {
  const site = await hub(bench);
  await stopServer(site);
  const kernel = await startKernel(await startServer(site, { executors: 0, cores: 2, memory: 2 * 2 ** 30 }));
  const [id = '', delivered] = (await kernel.execute(sweep)).trim().split(' ');
  const taken = Number(delivered) * 1000 - ((await ends(site, id))[before - 1] ?? NaN);
  await stopServer(site);
  return taken / (trials - before);
};

export const trialTime: Figure = {
  name: 'trials',
  title:
    'time per trivial trial of 1,000, two at a time, TPE, until all are rows in PostgreSQL; from the 100th on',
  unit: 'ms',
  bar: { of: 'ratio', atMost: 0.25 },
  peerName: 'Optuna 5.0.0 with PostgreSQL storage, two processes, TPE',

  ours: ourTrial,

  async peer(bench) {
    const { python } = await peers(bench);
    const { url } = await peerPostgres(bench);
    const script = join(import.meta.dirname, '../peers/optuna_trials.py');
    return 1000 * Number(await run(python, ['-W', 'ignore', script, url]));
  }
};

export const trialThroughput: Figure = {
  name: 'trials-throughput',
  title:
    'trivial trials per second, two at a time; ours of 1,000 from the 100th on, theirs of 60 from the 10th on',
  unit: '/s',
  bar: { of: 'ratio', atLeast: 100 },
  peerName: 'Ray Tune 2.60.0 on two processors',

  ours: async bench => 1000 / (await ourTrial(bench)),

  async peer(bench) {
    const { python } = await peers(bench);
    const script = join(import.meta.dirname, '../peers/ray_trials.py');
    const said = await run(python, ['-W', 'ignore', script, await bench.folder('ray')]);
    // Ray says other things before.
    return 1 / Number(said.trim().split('\n').at(-1));
  }
};

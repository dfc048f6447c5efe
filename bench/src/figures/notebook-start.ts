import type { Figure } from '../figure.ts';
import { hub, startServer, stopServer } from '../hopslab/notebook.ts';
import { startKernel } from '../parts/kernel.ts';
import { timed } from '../parts/programs.ts';
import type { Site } from '../parts/web.ts';
import { jupyterhub, jupyterhubName } from '../peers/jupyterhub.ts';

const firstReply = async (start: () => Promise<Site>): Promise<number> =>
  timed(async () => {
    const kernel = await startKernel(await start());
    await kernel.execute('1 + 1');
    kernel.socket.terminate();
  });

export const notebookStart: Figure = {
  name: 'notebook-start',
  title: 'a notebook server without executors, from the request to the first kernel’s first reply',
  unit: 's',
  bar: { of: 'ratio', atMost: 1, goal: 0.8 },
  peerName: jupyterhubName,

  async ours(bench) {
    const site = await hub(bench);
    await stopServer(site);
    const taken = await firstReply(() => startServer(site, { executors: 0, cores: 1, memory: 2 ** 30 }));
    await stopServer(site);
    return taken;
  },

  async peer(bench) {
    const theirs = await jupyterhub(bench);
    await theirs.stopServer();
    const taken = await firstReply(async () => {
      await theirs.startServer();
      return theirs.server;
    });
    await theirs.stopServer();
    return taken;
  }
};

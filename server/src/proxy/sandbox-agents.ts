import { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** An agent that makes its connections with `connect`, and keeps some for the next request. */
export const agentOver = (connect: () => Promise<Socket>, maxFreeSockets: number): Agent => {
  const agent = new Agent({ keepAlive: true, maxFreeSockets });
  agent.createConnection = (_options, callback) => {
    connect().then(
      socket => callback?.(null, socket),
      (error: unknown) => callback?.(error as Error, undefined as never)
    );
    return undefined;
  };
  return agent;
};

/** One agent per sandbox's socket, so that a kept connection never serves another sandbox. */
export const createSandboxAgents = (connect: (path: string) => Promise<Socket>) => {
  const agents = new Map<string, Agent>();
  return {
    of(path: string): Agent {
      const known = agents.get(path);
      if (known) return known;
      const agent = agentOver(() => connect(path), 64);
      agents.set(path, agent);
      return agent;
    },
    /** Lets go of agents whose sandbox is gone; answers that are under way go on. */
    keepOnly(paths: ReadonlySet<string>): void {
      for (const [path, agent] of agents)
        if (!paths.has(path)) {
          agents.delete(path);
          for (const socket of Object.values(agent.freeSockets).flatMap(sockets => sockets ?? []))
            socket.destroy();
        }
    },
    close(): void {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    }
  };
};
export type SandboxAgents = ReturnType<typeof createSandboxAgents>;

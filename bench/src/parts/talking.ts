import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program of Node's that says one JSON line once it is ready, and ends when its standard input does. */
export const talking = async (script: string, ...given: readonly string[]) => {
  const child = spawn(process.execPath, ['--no-warnings', script, ...given], {
    stdio: ['pipe', 'pipe', 'inherit']
  });
  const ended = once(child, 'exit');
  const said = once(createInterface({ input: child.stdout }), 'line');
  const [first] = (await Promise.race([said, ended])) as unknown[];
  if (typeof first !== 'string') throw new Error(`${script} ended before it was ready`);
  return {
    told: JSON.parse(first) as unknown,
    async close(): Promise<void> {
      child.stdin.end();
      await ended;
    }
  };
};

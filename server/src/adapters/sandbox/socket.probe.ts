import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { request } from 'node:http';

/** `O_PATH`, which Node does not name: the file itself, not what it leads to. */
const pathOnly = 0o10000000;
const patience = 2000;

const ask = (socketPath: string): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request(
      {
        socketPath,
        path: '/api/status',
        headers: { host: 'localhost' },
        signal: AbortSignal.timeout(patience)
      },
      response => {
        response.resume();
        resolve((response.statusCode ?? 500) < 500);
      }
    );
    asked.once('error', () => {
      resolve(false);
    });
    asked.end();
  });

/** Whether an HTTP server answers on a sandbox's socket. The folder is the sandbox's: a link could lead anywhere. */
export const answersOn = async (socket: string): Promise<boolean> => {
  let file: FileHandle | undefined;
  try {
    file = await open(socket, pathOnly | constants.O_NOFOLLOW);
    return (await file.stat()).isSocket() && (await ask(`/proc/self/fd/${String(file.fd)}`));
  } catch {
    return false;
  } finally {
    await file?.close();
  }
};

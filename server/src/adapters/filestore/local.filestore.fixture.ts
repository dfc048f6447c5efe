import { spawn, type ChildProcess } from 'node:child_process';

const script = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
here, name, out = sys.argv[1:]
os.chdir(here)
os.symlink(out, '.link')
print('playing', flush=True)
while True:
    libc.renameat2(-100, name.encode(), -100, b'.link', 2)
`;

/**
 * Another process plays in a folder, wherever that is moved to: a name is what it is, then a link that leads out, then
 * what it is again, some hundred thousand times a second. Answers what ends it.
 */
export const exchanging = async (folder: string, name: string, out: string): Promise<() => Promise<void>> => {
  const player = spawn('/usr/bin/python3', ['-c', script, folder, name, out], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  return playing(player);
};

const filler = `
import os, sys
at, n = os.open(sys.argv[1], os.O_RDONLY), 0
while True:
    try:
        n += 1
        os.fchmod(at, 0o777)
        os.close(os.open(str(n), os.O_CREAT | os.O_WRONLY, dir_fd=at))
        if n == 100: print('playing', flush=True)
    except OSError: pass
`;

/** Another process, of another user where we are root, makes files in a folder without end, wherever that is moved to. */
export const filling = (folder: string, owner: { readonly uid: number; readonly gid: number } | undefined) =>
  playing(
    spawn('/usr/bin/python3', ['-c', filler, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...owner
    })
  );

const playing = async (player: ChildProcess): Promise<() => Promise<void>> => {
  const ended = new Promise(resolve => player.once('exit', resolve));
  await new Promise(resolve => player.stdout?.once('data', resolve));
  return async () => {
    player.kill('SIGKILL');
    await ended;
  };
};

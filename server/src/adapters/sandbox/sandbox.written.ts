import { readdir, readFile } from 'node:fs/promises';

/** The text of a file of /proc; empty where the process is gone or closed to us. */
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** The process and all that came from it, as far as they live. */
const treeOf = async (root: number): Promise<number[]> => {
  const children = new Map<number, number[]>();
  const all = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  for (const pid of all) {
    const stat = await textOf(`/proc/${String(pid)}/stat`);
    // The name in parentheses may hold anything; the parent comes second after the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
};

/** Bytes that a process, those that came from it, and those of them that are over have written to disks. */
export const writtenBy = async (first: number): Promise<number> => {
  let total = 0;
  for (const pid of await treeOf(first)) {
    const [, written] = /^write_bytes: (\d+)$/m.exec(await textOf(`/proc/${String(pid)}/io`)) ?? [];
    total += Number(written ?? 0);
  }
  return total;
};

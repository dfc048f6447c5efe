import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks after boot: with the pid it is that very process. */
  readonly start: string;
  readonly command: string;
}

const look = (pid: number | string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};

/** A living process; undefined for none and for one that only waits to be collected. */
const processOf = (pid: number): Process | undefined => {
  const stat = look(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const command = look(pid, 'cmdline').split('\0').join(' ').trim();
  return { pid, parent: Number(fields[1]), start: fields[19] ?? '', command };
};

export const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    look(pid, 'environ')
      .split('\0')
      .map(entry => /^([^=]*)=(.*)$/s.exec(entry)?.slice(1) ?? ['', ''])
  ) as Record<string, string>;

export const everything = (): Process[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => processOf(Number(name)) ?? []);

/** Every process that has something of a data folder's scratch mounted: all that run in its sandboxes, orphans too. */
export const sandboxed = (data: string): Process[] =>
  everything().filter(({ pid }) => look(pid, 'mountinfo').includes(`${data}/scratch/`));

/** A process and all that hang from it. */
export const treeOf = (root: number): Process[] => {
  const all = everything();
  const found = all.filter(one => one.pid === root);
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
  return found;
};

export const lives = ({ pid, start }: Process): boolean => processOf(pid)?.start === start;

import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBench } from './bench.ts';
import { lineOf, type Figure } from './figure.ts';
import { figures } from './figures/index.ts';
import { machine } from './machine.ts';

const usage = `npm run bench -- [--runs N] [--scratch DIR] [--list] [NAME ...]
NAME: a figure, or the beginning of several names. One JSON line per figure on standard output.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    scratch: { type: 'string', default: join(tmpdir(), `hopslab-bench-${userInfo().uid}`) },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false }
  }
});

const print = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};

const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  fail(`--runs ${values.runs}: give a whole number from 1 on\n${usage}`);
const chosen = figures.filter(
  ({ name }) => positionals.length === 0 || positionals.some(start => name.startsWith(start))
);
if (chosen.length === 0) fail(`no figure has such a name\n${usage}`);
if (values.help) fail(usage);
if (values.list) {
  for (const { name, title } of chosen) process.stdout.write(`${name}\t${title}\n`);
  process.exit(0);
}

const bench = createBench(values.scratch);

// Nothing of what was started outlives us.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void bench.close().finally(() => process.exit(130)));

/** Ours and the peer take turns, so that what else the machine does hits both. */
const measure = async (figure: Figure) => {
  const made = { ours: [] as number[], peer: [] as number[] };
  for (let run = 1; run <= runs; run++) {
    made.ours.push(await figure.ours(bench));
    if (figure.peer) made.peer.push(await figure.peer(bench));
    bench.log(`${figure.name} ${run}/${runs}: ours ${made.ours.at(-1)}, peer ${made.peer.at(-1) ?? '-'}`);
  }
  return lineOf(figure, made);
};

let failed = false;
try {
  print(machine());
  for (const figure of chosen) {
    try {
      print(await measure(figure));
    } catch (error) {
      failed = true;
      bench.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      print({
        figure: figure.name,
        met: false,
        error: error instanceof Error ? error.message : String(error)
      });
    }
  }
} finally {
  await bench.close();
}
process.exit(failed ? 1 : 0);

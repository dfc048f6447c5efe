import type { Contents } from '@jupyterlab/services';
import type { experiments, provenance } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';
import { objectivesAsCode } from './experiments.code.js';

type Experiment = experiments.Experiment;
type Dimension = Experiment['space'][string];
type Scalar = Extract<Dimension, { kind: 'choice' }>['options'][number];

const text = (value: string): string => JSON.stringify(value);

const literal = (value: Scalar): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? text(value) : String(value);
};

const dimension = (one: Dimension): string => {
  const conditions = (one.when ?? [])
    .map(({ name, in: values }) => `.when(${name}=[${values.map(literal).join(', ')}])`)
    .join('');
  if (one.kind === 'choice') return `choice(${one.options.map(literal).join(', ')})${conditions}`;
  const step = 'step' in one && one.step !== undefined ? `, ${one.step}` : '';
  return `${one.kind}(${one.low}, ${one.high}${step})${conditions}`;
};

/** A driver tells the function's name; what is no name of one would be code. */
const nameOf = (fn: string): string => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(fn) ? fn : 'train');

/** The call that runs the same search; the name says that it is another. */
const runCode = (experiment: Experiment, fn: string): string => {
  const { space, planned, parallel, algorithm, pruner, seed, name } = experiment;
  const kinds = [...new Set(Object.values(space).map(({ kind }) => kind))].sort();
  const settings = [
    `trials=${planned}`,
    `parallel=${parallel}`,
    ...objectivesAsCode(experiment),
    `algorithm=${text(algorithm)}`,
    ...(pruner === null ? [] : [`pruner=${text(pruner)}`]),
    ...(seed === null ? [] : [`seed=${seed}`]),
    `name=${text(`${name} again`.slice(0, 200))}`
  ];
  return [
    'from hopslab import experiment',
    `from hopslab.experiment import ${kinds.join(', ')}`,
    '',
    'space = {',
    ...Object.entries(space).map(([key, one]) => `    ${text(key)}: ${dimension(one)},`),
    '}',
    'result = experiment.run(',
    `    ${fn},`,
    '    space,',
    ...settings.map(setting => `    ${setting},`),
    ')',
    experiment.objectives.length > 1 ? 'result.front' : 'result.best_params'
  ].join('\n');
};

const cell = (id: number, type: 'markdown' | 'code', source: string): object => ({
  id: `again-${id}`,
  cell_type: type,
  metadata: {},
  source,
  ...(type === 'code' && { execution_count: null, outputs: [] })
});

/** A name of theirs is no markup of ours. */
const plain = (name: string): string => name.replace(/[\s`*_[\]<>\\#|]+/g, ' ').trim();

type Source = readonly ['markdown' | 'code', string];

/** A notebook that runs an experiment again: what has to be as it was, its code, and its search. */
export const againNotebook = (
  experiment: Experiment,
  made: provenance.Provenance,
  words: Translate
): object => {
  const isMagic = /^\s*%%experiment\b/.test(made.code);
  const code = (source: string): Source => ['code', source];
  const sources: readonly Source[] = [
    [
      'markdown',
      [
        `# ${plain(words.__('%1, again', experiment.name))}`,
        words.__(
          'Made from experiment `%1`, which %2 ran on %3. The cell below says what is not as it was then.',
          experiment.id,
          made.createdBy,
          experiment.startedAt
        )
      ].join('\n\n')
    ],
    code(`from hopslab.experiment import again\n\nagain.check("${experiment.id}")`),
    ...made.before.map(code),
    ...(made.code === '' ? [] : [code(made.code)]),
    ...(isMagic ? [] : [code(runCode(experiment, nameOf(made.function)))])
  ];
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'hopslab', display_name: 'Hopslab (Python)', language: 'python' } },
    cells: sources.map(([type, source], id) => cell(id, type, source))
  };
};

const exists = (contents: Contents.IManager, path: string): Promise<boolean> =>
  contents.get(path, { content: false }).then(
    () => true,
    () => false
  );

/** Writes the notebook under a name that is free, and answers its path. */
export const saveAgain = async (
  contents: Contents.IManager,
  experiment: Experiment,
  notebook: object
): Promise<string> => {
  const slug =
    experiment.name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60) || 'experiment';
  let path = `Jupyter/${slug}-again.ipynb`;
  for (let number = 2; await exists(contents, path); number += 1)
    path = `Jupyter/${slug}-again-${number}.ipynb`;
  await contents.save(path, { type: 'notebook', format: 'json', content: notebook });
  return path;
};

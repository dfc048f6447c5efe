import type { JSX } from 'react';
import { Button, NumberField, Notice, SelectField, TextField, useWords } from '../../ui/index.js';
import { faultOf, objectivesOf, type Draft } from './experiments.draft.js';
import { CostLines } from './experiments.form-cost.js';
import type { FormModel } from './experiments.form-model.js';
import { RunNotice, type RunActions } from './experiments.form-run.js';
import { SpaceFields } from './experiments.form-space.js';
import { directionWord } from './experiments.words.js';

interface Props {
  readonly model: FormModel;
  readonly actions: RunActions;
}

const Settings = ({ model, draft }: { model: FormModel; draft: Draft }): JSX.Element => {
  const words = useWords();
  const { faults, found } = model;
  const metrics = found?.functions.find(({ name }) => name === draft.function)?.metrics ?? [];
  const objectives = objectivesOf(draft);
  const text = (
    key: 'metric' | 'name' | 'description' | 'time' | 'seed',
    label: string,
    hint?: string
  ): JSX.Element => (
    <TextField
      label={label}
      {...(hint !== undefined && { hint })}
      value={draft[key]}
      error={faultOf(faults, key)}
      {...(key === 'metric' && { suggestions: metrics.map(value => ({ value, label: value })) })}
      onChange={value => {
        model.change({ [key]: value });
      }}
    />
  );
  const count = (key: 'trials' | 'parallel', label: string, hint: string, max: number): JSX.Element => (
    <NumberField
      label={label}
      hint={hint}
      min={1}
      max={max}
      value={draft[key]}
      error={faultOf(faults, key) ?? ''}
      onChange={value => {
        model.change({ [key]: value });
      }}
    />
  );
  const choice = (key: 'algorithm' | 'pruner', label: string, options: readonly string[]): JSX.Element => (
    <SelectField
      label={label}
      value={draft[key]}
      error={faultOf(faults, key)}
      options={options.map(value => ({ value, label: value || words.__('none') }))}
      onChange={value => {
        model.change({ [key]: value });
      }}
    />
  );
  return (
    <div className="hop-NewExperiment-settings">
      {text(
        'metric',
        words.__('Metric'),
        words.__(
          'What is optimised: a key of what the function returns, or several with commas between them.'
        )
      )}
      {objectives.map(({ metric, direction }, index) => (
        <SelectField
          key={index}
          label={objectives.length === 1 ? words.__('Direction') : words.__('Direction of %1', metric)}
          value={direction}
          error={index === 0 ? faultOf(faults, 'direction') : undefined}
          options={(['maximize', 'minimize'] as const).map(value => ({
            value,
            label: directionWord(value, words)
          }))}
          onChange={changed => {
            model.change({
              directions: objectives.map((one, at) => (at === index ? changed : one.direction))
            });
          }}
        />
      ))}
      {choice('algorithm', words.__('Algorithm'), found?.algorithms ?? [draft.algorithm])}
      {choice('pruner', words.__('Early stopping'), ['', ...(found?.pruners ?? [])])}
      {count('trials', words.__('Trials'), words.__('Empty: as many as there is time for.'), 1_000_000)}
      {count('parallel', words.__('In parallel'), words.__('Empty: as many as there are cores.'), 10_000)}
      {text('time', words.__('Time'), words.__('No trial is begun after it, such as 15m or 2h.'))}
      {text('seed', words.__('Seed'), words.__('The same one proposes the same again.'))}
      {text('name', words.__('Name'))}
      {text('description', words.__('Description'))}
    </div>
  );
};

const Fields = ({ model, draft }: { model: FormModel; draft: Draft }): JSX.Element => {
  const words = useWords();
  const { found, faults, run } = model;
  const functions = found?.functions ?? [];
  const chosen = functions.find(({ name }) => name === draft.function);
  const general = faults.filter(({ field }) => field === '');
  const isRunning = run !== null && (run.state === 'starting' || run.state === 'running');
  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void model.launch();
      }}
    >
      <SelectField
        label={words.__('Function')}
        hint={
          draft.cell === null
            ? words.__('The file is run as it is saved, then this function once for each trial.')
            : words.__(
                'Cells are run as they are saved, up to cell %1 with code; then this function once for each trial.',
                draft.cell
              )
        }
        value={draft.function}
        error={faultOf(faults, 'function')}
        options={functions.map(({ name, cell, line }) => ({
          value: name,
          label:
            cell === null ? words.__('%1 (line %2)', name, line) : words.__('%1 (code cell %2)', name, cell)
        }))}
        onChange={model.choose}
      />
      {chosen?.summary && <p className="hop-Quiet">{chosen.summary}</p>}
      <h3>{words.__('Hyperparameters')}</h3>
      <SpaceFields parameters={draft.parameters} faults={faults} change={model.changeParameter} />
      <h3>{words.__('Search')}</h3>
      <Settings model={model} draft={draft} />
      <CostLines model={model} />
      {general.length > 0 && (
        <Notice tone="error" title={words.__('The experiment makes no sense yet')}>
          <ul>
            {general.map(({ detail }) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Button
        type="submit"
        look="main"
        busy={model.isLaunching}
        disabledReason={
          isRunning
            ? words.__('%1 is under way; begin another when it has ended.', run.name)
            : faults.length > 0
              ? words.__('Correct what is marked first.')
              : null
        }
      >
        {words.__('Start the experiment')}
      </Button>
    </form>
  );
};

/** The tab “New experiment”: which function, what is searched, what it costs, and how its run stands. */
export const NewExperimentView = ({ model, actions }: Props): JSX.Element => {
  const words = useWords();
  const { found, draft, problem, run } = model;
  return (
    <div className="hop-NewExperiment">
      <header>
        <h2>{words.__('New experiment')}</h2>
        <p className="hop-Quiet">
          {model.path}{' '}
          <Button look="bare" onClick={() => void model.load()}>
            {words.__('Read it again')}
          </Button>
        </p>
      </header>
      {problem !== null && (
        <Notice tone="error" title={words.__('The program cannot be used')}>
          <p>{problem}</p>
        </Notice>
      )}
      {found && found.notes.length > 0 && (
        <Notice tone="warning" title={words.__('Some cells could not be read')}>
          <ul>
            {found.notes.map(note => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Notice>
      )}
      {!found && problem === null && <p className="hop-Quiet">{words.__('Reading the program…')}</p>}
      {found?.functions.length === 0 && (
        <Notice tone="info" title={words.__('There is no function to search')}>
          <p>
            {words.__(
              'Write one that takes hyperparameters by name and returns the metric, such as def train(lr=0.01): … return {"accuracy": …}; save it, and read it again.'
            )}
          </p>
        </Notice>
      )}
      {draft && <Fields model={model} draft={draft} />}
      {run && <RunNotice run={run} actions={actions} />}
    </div>
  );
};

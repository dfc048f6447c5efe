import type { experiments, models } from '@hopslab/schema';
import { useEffect, useState, type JSX, type ReactNode } from 'react';
import {
  Button,
  Dialog,
  Notice,
  ProblemNotice,
  TextField,
  useAsking,
  useWords,
  type Translate
} from '../../ui/index.js';
import { isModelName, proposedName } from './experiments.model-name.js';
import { ProgramProblem } from './experiments.programs.js';
import type { Registering } from './experiments.register.js';

/** What may become of an experiment’s models. */
export interface ModelsOf {
  readonly registering: Registering;
  /** The project’s models; null where they are not known. */
  readonly known: readonly models.Model[] | null;
}

interface RegisterProps extends ModelsOf {
  readonly experiment: experiments.Experiment;
  readonly trial: number;
}

const example = `def train(C, trial):
    model = SVC(C=C).fit(X_train, y_train)
    trial.save_model(model)
    return {"accuracy": model.score(X_test, y_test)}`;

const becomes = (name: string, known: ModelsOf['known'], words: Translate): string | undefined => {
  const there = known?.find(one => one.name === name);
  if (there)
    return words.__(
      'There is a model of this name; this becomes its next version, %1 or later.',
      there.newest.version + 1
    );
  return known ? words.__('No model has this name yet.') : undefined;
};

const Failed = ({ error }: { error: unknown }): JSX.Element => {
  const words = useWords();
  return error instanceof ProgramProblem ? (
    <Notice tone="error" title={words.__('The model was not registered')}>
      <p>{error.message}</p>
    </Notice>
  ) : (
    <ProblemNotice error={error} />
  );
};

/** What to do where a trial has kept none. */
const HowToKeep = ({ trial }: { trial: number }): JSX.Element => {
  const words = useWords();
  return (
    <>
      <p>
        {words.__(
          'Trial %1 has kept no model. Only what the best trial has kept stays, or of several metrics what those on the front have, and only where the function keeps one:',
          trial
        )}
      </p>
      <pre
        className="hop-RegisterModel-example"
        tabIndex={0}
        aria-label={words.__('How a trial keeps its model')}
      >
        {example}
      </pre>
      <p>{words.__('Add the call, and run the experiment again.')}</p>
    </>
  );
};

/** Gives the model that a trial has kept a name that others find it by. */
const RegisterModel = (props: RegisterProps & { readonly onClose: () => void }): JSX.Element => {
  const { experiment, trial, registering, known, onClose } = props;
  const words = useWords();
  const [kept, setKept] = useState<boolean | null>(null);
  const [name, setName] = useState(() => proposedName(experiment.name));
  const [description, setDescription] = useState(() =>
    words.__('Trial %1 of %2', trial, experiment.name).slice(0, 2000)
  );
  const { busy, outcome, ask } = useAsking(trial);
  useEffect(() => {
    let isOver = false;
    registering.hasKept(trial).then(
      found => {
        if (!isOver) setKept(found);
      },
      // Registering it says what is wrong.
      () => {
        if (!isOver) setKept(true);
      }
    );
    return () => {
      isOver = true;
    };
  }, [registering, trial]);
  const isFit = isModelName(name);
  const submit = async (): Promise<void> => {
    if (busy || !isFit || kept !== true) return;
    if (await ask(() => registering.register(trial, { name, description }))) onClose();
  };
  const close = <Button onClick={onClose}>{kept === false ? words.__('Close') : words.__('Cancel')}</Button>;
  const act: ReactNode = kept === true && (
    <Button type="submit" look="main" busy={busy}>
      {busy ? words.__('Registering…') : words.__('Register')}
    </Button>
  );
  return (
    <Dialog
      title={words.__('Register the model of trial %1', trial)}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          {close}
          {act}
        </>
      }
    >
      {outcome !== null && <Failed error={outcome} />}
      {kept === null && <p role="status">{words.__('Looking for what it has kept…')}</p>}
      {kept === false && <HowToKeep trial={trial} />}
      {kept === true && (
        <>
          <TextField
            label={words.__('Name')}
            hint={becomes(name, known, words)}
            error={
              isFit
                ? undefined
                : words.__('Use letters, digits, _ and -, beginning with a letter; at most 63 characters.')
            }
            value={name}
            maxLength={63}
            required
            onChange={setName}
          />
          <TextField
            label={words.__('Description')}
            value={description}
            rows={3}
            maxLength={2000}
            onChange={setDescription}
          />
          <p className="hop-Quiet">
            {words.__(
              'Its files are copied to the dataset Models, with the metrics of the trial; every member finds them there.'
            )}
          </p>
        </>
      )}
    </Dialog>
  );
};

/** The way to register what a trial has kept: this one, even where another is the best meanwhile. */
export const RegisterButton = (
  props: RegisterProps & { readonly disabledReason?: string | null }
): JSX.Element => {
  const words = useWords();
  const [asked, setAsked] = useState<number | null>(null);
  return (
    <>
      <Button
        disabledReason={props.disabledReason ?? null}
        onClick={() => {
          setAsked(props.trial);
        }}
      >
        {words.__('Register as model…')}
      </Button>
      {asked !== null && (
        <RegisterModel
          {...props}
          trial={asked}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </>
  );
};

import type { experiments } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import {
  Button,
  Dialog,
  ProblemNotice,
  SelectField,
  TextField,
  useAsking,
  useWords,
  type Translate
} from '../../ui/index.js';
import { draftOf, faultOfValue, pointOf, type PointFault } from './experiments.point.js';

interface Props {
  readonly experiment: experiments.Experiment;
  readonly add: (params: experiments.Trial['params'], key: string) => Promise<void>;
  readonly onClose: () => void;
}

const faultWords = (fault: PointFault | null, words: Translate): string | undefined => {
  if (fault === null) return undefined;
  if (fault.kind === 'number') return words.__('Enter a number.');
  if (fault.kind === 'whole') return words.__('Enter a whole number.');
  return words.__('Enter a number from %1 to %2.', fault.low, fault.high);
};

/** Hyperparameters that somebody picks by hand, beginning with the best that are known. */
export const AddTrial = ({ experiment, add, onClose }: Props): JSX.Element => {
  const words = useWords();
  const { space, best } = experiment;
  const [draft, setDraft] = useState(() => draftOf({ space, best }));
  const [key] = useState(() => crypto.randomUUID());
  const { busy, outcome, ask } = useAsking(experiment.id);
  const point = pointOf(space, draft);
  const fields = Object.entries(space).filter(([name]) => Object.hasOwn(point, name));
  const faults = fields.map(([name, dimension]) => faultOfValue(dimension, point[name] ?? null));
  const set = (name: string) => (value: string) => {
    setDraft(before => ({ ...before, [name]: value }));
  };
  const submit = async (): Promise<void> => {
    if (busy || faults.some(fault => fault !== null)) return;
    if (await ask(() => add(point, key))) onClose();
  };
  return (
    <Dialog
      title={words.__('Add a trial to %1', experiment.name)}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={busy}>
            {words.__('Add')}
          </Button>
        </>
      }
    >
      {outcome !== null && <ProblemNotice error={outcome} />}
      <p>
        {best
          ? words.__('It is tried next, beside the planned ones. These are the best so far; change some.')
          : words.__('It is tried next, beside the planned ones.')}
      </p>
      {fields.map(([name, dimension], index) =>
        dimension.kind === 'choice' ? (
          <SelectField
            key={name}
            label={name}
            value={draft[name] ?? '0'}
            options={dimension.options.map((option, at) => ({ value: String(at), label: String(option) }))}
            onChange={set(name)}
          />
        ) : (
          <TextField
            key={name}
            label={name}
            hint={words.__('From %1 to %2.', dimension.low, dimension.high)}
            error={faultWords(faults[index] ?? null, words)}
            value={draft[name] ?? ''}
            maxLength={40}
            onChange={set(name)}
          />
        )
      )}
    </Dialog>
  );
};

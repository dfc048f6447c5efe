import type { datasets } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, Dialog, Notice, ProblemNotice, SelectField, useWords, type Asking } from '../../ui/index.js';
import type { PublicModel } from './datasets.public.model.js';

interface Props {
  readonly model: PublicModel;
  /** Those that can be made public. */
  readonly own: readonly datasets.Dataset[];
  readonly dataset: string;
  readonly project: string;
  readonly asking: Asking;
  readonly onClose: () => void;
  /** It was asked for. */
  readonly onDone: () => void;
}

/** Says what everybody will see of a dataset, before it is made public. */
export const MakePublic = ({ model, own, dataset, project, asking, onClose, onDone }: Props): JSX.Element => {
  const words = useWords();
  const [name, setName] = useState(dataset);
  const chosen = own.find(one => one.name === name) ?? own[0];
  const submit = (): void => {
    if (!chosen || asking.busy) return;
    void asking
      .ask(() => model.publish(chosen.name))
      .then(asked => {
        if (asked) onDone();
      });
  };
  return (
    <Dialog
      title={words.__('Make a dataset public')}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button
            type="submit"
            look="main"
            busy={asking.busy}
            disabledReason={chosen ? null : words.__('There is no dataset to make public.')}
          >
            {words.__('Make it public')}
          </Button>
        </>
      }
    >
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
      {chosen ? (
        <>
          <SelectField
            label={words.__('Dataset')}
            value={chosen.name}
            options={own.map(one => ({ value: one.name, label: one.name }))}
            onChange={setName}
          />
          <p>{words.__('Everybody who can sign in will see:')}</p>
          <ul>
            <li>{words.__('the name of this project, %1', project)}</li>
            <li>
              {chosen.description === ''
                ? words.__('the name and size of the dataset; it has no description yet')
                : words.__('the dataset’s name, size and description: %1', chosen.description)}
            </li>
          </ul>
          <p>
            {words.__(
              'Data owners of any project can add it there without asking, read it and carry it away. It stays here: nothing is copied.'
            )}
          </p>
          {chosen.editable && (
            <Notice tone="warning" title={words.__('Data scientists write to it')}>
              <p>{words.__('What their programs write there is public at once.')}</p>
            </Notice>
          )}
        </>
      ) : (
        <p>
          {words.__(
            'Every dataset of your own is public already. Those that every project has, like Logs and Jupyter, are written by everybody’s programs and stay private; make a dataset for what everybody may see.'
          )}
        </p>
      )}
    </Dialog>
  );
};

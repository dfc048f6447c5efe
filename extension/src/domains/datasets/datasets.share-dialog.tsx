import type { shares } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import {
  Button,
  Dialog,
  ProblemNotice,
  SelectField,
  TextField,
  useWords,
  type Asking
} from '../../ui/index.js';
import type { SharesModel } from './datasets.shares.model.js';
import { permissionHint, permissionWord } from './datasets.sharing.words.js';

interface Props {
  readonly model: SharesModel;
  /** The datasets that can be shared. */
  readonly own: readonly string[];
  readonly dataset: string;
  /** This project, which a dataset is not shared with. */
  readonly project: string;
  /** Projects that it has to do with already. */
  readonly known: readonly string[];
  readonly asking: Asking;
  readonly onClose: () => void;
}

const permissions: readonly shares.Permission[] = ['read_only', 'editable'];

/** Asks with which project a dataset is shared, and what that project may do with it. */
export const ShareDialog = ({ model, own, dataset, project, known, asking, onClose }: Props): JSX.Element => {
  const words = useWords();
  const [what, setWhat] = useState(dataset);
  const [typed, setTyped] = useState('');
  const [permission, setPermission] = useState<shares.Permission>('read_only');
  const [message, setMessage] = useState('');
  const [tried, setTried] = useState(false);
  const other = typed.trim();
  const wrong = (): string | undefined => {
    if (other === project) return words.__('It is in this project already; name another one.');
    return tried && other === '' ? words.__('Enter the name of a project.') : undefined;
  };
  const submit = (): void => {
    setTried(true);
    if (other === '' || other === project || asking.busy) return;
    void asking
      .ask(() => model.offer({ dataset: what, project: other }, permission, message.trim()))
      .then(asked => {
        if (asked) onClose();
      });
  };
  return (
    <Dialog
      title={words.__('Share a dataset')}
      onClose={() => {
        asking.forget();
        onClose();
      }}
      onSubmit={submit}
      actions={
        <>
          <Button
            onClick={() => {
              asking.forget();
              onClose();
            }}
          >
            {words.__('Cancel')}
          </Button>
          <Button type="submit" look="main" busy={asking.busy}>
            {words.__('Offer it')}
          </Button>
        </>
      }
    >
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
      <SelectField
        label={words.__('Dataset')}
        value={what}
        options={own.map(name => ({ value: name, label: name }))}
        hint={words.__('It is shared as a folder and stays where it is: nothing is copied.')}
        onChange={setWhat}
      />
      <TextField
        label={words.__('With the project')}
        name="share-with"
        autoComplete="off"
        autoFocus
        required
        maxLength={30}
        value={typed}
        hint={words.__('A data owner there accepts or rejects it.')}
        error={wrong()}
        suggestions={known.map(name => ({ value: name, label: name }))}
        onChange={setTyped}
      />
      <SelectField
        label={words.__('They may')}
        value={permission}
        options={permissions.map(value => ({ value, label: permissionWord(value, words) }))}
        hint={permissionHint(permission, words)}
        onChange={setPermission}
      />
      <TextField
        label={words.__('Message (optional)')}
        maxLength={1000}
        rows={3}
        value={message}
        onChange={setMessage}
      />
    </Dialog>
  );
};

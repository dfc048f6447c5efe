import type { quota } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, Dialog, ProblemNotice, TextField, useWords } from '../../ui/index.js';
import { LimitFields, limitsOf, type Entered } from './quota.fields.js';
import { limitKinds, typesIn } from './quota.words.js';

export interface AskDialogProps {
  readonly project: string;
  readonly quota: Pick<quota.Quota, 'limits' | 'gpuTypes'>;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onAsk: (asked: quota.SomeLimits, reason: string) => void;
  readonly onClose: () => void;
}

/** A data owner asks the administrator for other limits. */
export const AskDialog = ({ project, quota, busy, error, onAsk, onClose }: AskDialogProps): JSX.Element => {
  const words = useWords();
  const { limits } = quota;
  const kinds = limitKinds(words, typesIn(quota, limits));
  const [entered, setEntered] = useState<Entered>({});
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const asked = limitsOf(kinds, entered, limits);
  const nothing = asked !== null && Object.keys(asked).length === 0;
  return (
    <Dialog
      title={words.__('Ask for more for %1', project)}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (asked && !nothing && reason.trim() !== '' && !busy) onAsk(asked, reason.trim());
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={busy}>
            {words.__('Ask the administrator')}
          </Button>
        </>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      <p>{words.__('Enter what the project should have; leave empty what is to stay as it is.')}</p>
      <LimitFields kinds={kinds} now={limits} entered={entered} onChange={setEntered} />
      <TextField
        label={words.__('Reason')}
        rows={3}
        required
        maxLength={2000}
        value={reason}
        error={
          tried && reason.trim() === ''
            ? words.__('Say what it is for.')
            : tried && nothing
              ? words.__('Enter at least one limit above.')
              : undefined
        }
        onChange={setReason}
      />
    </Dialog>
  );
};

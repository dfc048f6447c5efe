import type { admin } from '@hopslab/schema';
import { useState } from 'react';
import { Button, ConfirmDialog, Dialog, formatTime, ProblemNotice, useWords } from '../ui/index.js';
import { actsFor, actWords, type Act } from './user-acts.js';
import { OneTimePassword } from './one-time-password.js';
import { useEndSignIns, useResetPassword, useUpdateUser } from './users.model.js';

interface AskingProps {
  readonly user: admin.Account;
  readonly act: Act;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Says what an act does before it is done. */
const Asking = ({ user, act, onDone, onClose }: AskingProps) => {
  const words = useWords();
  const update = useUpdateUser(user.name);
  const endSignIns = useEndSignIns(user.name);
  const reset = useResetPassword(user.name);
  const { says, ...told } = actWords(act, user, words);
  const done = { onSuccess: onDone };
  const acts: Readonly<Record<Act, () => void>> = {
    lock: () => {
      update.mutate({ locked: true }, done);
    },
    unlock: () => {
      update.mutate({ locked: false }, done);
    },
    'make-admin': () => {
      update.mutate({ admin: true }, done);
    },
    'unmake-admin': () => {
      update.mutate({ admin: false }, done);
    },
    'sign-out': () => {
      endSignIns.mutate(undefined, done);
    },
    'reset-password': () => {
      reset.mutate();
    }
  };
  const busy = update.isPending || endSignIns.isPending || reset.isPending;
  const error = update.error ?? endSignIns.error ?? reset.error;
  if (reset.data)
    return <OneTimePassword who={user.displayName} password={reset.data.password} onClose={onDone} />;
  return (
    <ConfirmDialog
      {...told}
      busy={busy}
      onClose={onClose}
      onConfirm={() => {
        if (!busy) acts[act]();
      }}
    >
      <p>{says}</p>
      {error !== null && <ProblemNotice error={error} />}
    </ConfirmDialog>
  );
};

/** One user, and what can be done about them. */
export const UserDialog = ({
  user,
  me,
  onClose
}: {
  readonly user: admin.Account;
  readonly me: string;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [asking, setAsking] = useState<Act | null>(null);
  const refusal = (act: Act): string | null => {
    if (act === 'sign-out' && user.signIns === 0)
      return words.__('%1 is signed in nowhere.', user.displayName);
    if (act === 'reset-password' && user.name === me)
      return words.__('Change your own password on your account’s page.');
    return null;
  };
  if (asking !== null)
    return (
      <Asking
        key={asking}
        user={user}
        act={asking}
        onDone={onClose}
        onClose={() => {
          setAsking(null);
        }}
      />
    );
  return (
    <Dialog
      title={user.displayName}
      onClose={onClose}
      actions={<Button onClick={onClose}>{words.__('Close')}</Button>}
    >
      <dl className="hop-Facts">
        <dt>{words.__('Username')}</dt>
        <dd>{user.name}</dd>
        <dt>{words.__('Role')}</dt>
        <dd>{user.admin ? words.__('administrator') : words.__('ordinary user')}</dd>
        <dt>{words.__('May sign in')}</dt>
        <dd>{user.locked ? words.__('no, locked') : words.__('yes')}</dd>
        <dt>{words.__('Sign-ins now')}</dt>
        <dd>{user.signIns}</dd>
        <dt>{words.__('Last seen')}</dt>
        <dd>{user.lastSeen === null ? words.__('not signed in') : formatTime(user.lastSeen)}</dd>
        <dt>{words.__('User since')}</dt>
        <dd>{formatTime(user.since)}</dd>
      </dl>
      <div className="hub-Row">
        {actsFor(user).map(act => (
          <Button
            key={act}
            disabledReason={refusal(act)}
            onClick={() => {
              setAsking(act);
            }}
          >
            {`${actWords(act, user, words).act}…`}
          </Button>
        ))}
      </div>
    </Dialog>
  );
};

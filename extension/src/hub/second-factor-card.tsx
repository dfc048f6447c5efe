import { useState } from 'react';
import { Button, formatTime, ProblemNotice, StateBadge, useWords } from '../ui/index.js';
import { useSecondFactor } from './account.model.js';
import { Card } from './card.js';
import { EnrolDialog } from './enrol-dialog.js';
import { RemoveFactorDialog } from './remove-factor-dialog.js';

/** A code beside the password, from an authenticator. */
export const SecondFactorCard = () => {
  const words = useWords();
  const factor = useSecondFactor();
  const [open, setOpen] = useState<'enrol' | 'remove'>();
  const close = (): void => {
    setOpen(undefined);
  };
  const { on = false, since = null, recoveryCodesLeft = 0 } = factor.data ?? {};
  return (
    <Card
      title={words.__('Second factor')}
      action={
        factor.data && (
          <Button
            onClick={() => {
              setOpen(on ? 'remove' : 'enrol');
            }}
          >
            {on ? words.__('Remove') : words.__('Set up')}
          </Button>
        )
      }
    >
      {factor.isError && <ProblemNotice error={factor.error} onRetry={() => void factor.refetch()} />}
      {factor.data && !on && (
        <p className="hub-quiet">
          {words.__(
            'Signing in asks for your password only. An authenticator’s code makes a stolen one useless.'
          )}
        </p>
      )}
      {on && since && (
        <p>
          <StateBadge tone="good">{words.__('On')}</StateBadge> {words.__('Since %1.', formatTime(since))}{' '}
          {words._n('One recovery code is left.', '%1 recovery codes are left.', recoveryCodesLeft)}
        </p>
      )}
      {open === 'enrol' && <EnrolDialog onClose={close} />}
      {open === 'remove' && <RemoveFactorDialog onClose={close} />}
    </Card>
  );
};

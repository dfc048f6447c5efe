import type { quota } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, Dialog, formatBytes, formatNumber, ProblemNotice, useWords } from '../../ui/index.js';
import { enteredOf, LimitFields, limitsOf, type Entered } from './quota.fields.js';
import { memberKinds, typesIn } from './quota.words.js';

const of = (used: string, limit: number | null, show: (amount: number) => string): string =>
  limit === null ? used : `${used} / ${show(limit)}`;

/** What each member holds and has used, against their part of the quota. */
export const MembersTable = ({
  users,
  me,
  change
}: {
  readonly users: readonly quota.UserQuota[];
  readonly me: string;
  /** Where the parts are changed: why they cannot be by this person, and what to do. */
  readonly change?: { readonly refusal: string | null; readonly onDivide: (user: quota.UserQuota) => void };
}): JSX.Element => {
  const words = useWords();
  return (
    <table className="hop-Parts">
      <thead>
        <tr>
          <th scope="col">{words.__('Member')}</th>
          <th scope="col">{words.__('Cores')}</th>
          <th scope="col">{words.__('Memory')}</th>
          <th scope="col">{words.__('Core-hours')}</th>
          {change && (
            <th scope="col">
              <span className="hop-hidden">{words.__('Actions')}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {users.map(one => (
          <tr key={one.user}>
            <th scope="row">{one.user === me ? words.__('%1 (you)', one.displayName) : one.displayName}</th>
            <td>{of(String(one.used.cores), one.limits.cores, String)}</td>
            <td>{of(formatBytes(one.used.memory), one.limits.memory, formatBytes)}</td>
            <td>
              {of(formatNumber(Number(one.month.coreHours.toFixed(1))), one.limits.coreHours, formatNumber)}
            </td>
            {change && (
              <td>
                <Button
                  look="bare"
                  icon="edit"
                  iconOnly
                  disabledReason={change.refusal}
                  onClick={() => {
                    change.onDivide(one);
                  }}
                >
                  {words.__('Change limits of %1', one.displayName)}
                </Button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** A data owner changes what one member may hold and use, within the project's limits. */
export const DivideDialog = ({
  member,
  quota: { gpuTypes },
  busy,
  error,
  onSet,
  onClose
}: {
  readonly member: quota.UserQuota;
  readonly quota: Pick<quota.Quota, 'gpuTypes'>;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSet: (limits: quota.UserLimits) => void;
  readonly onClose: () => void;
}): JSX.Element => {
  const words = useWords();
  const kinds = memberKinds(words, typesIn({ gpuTypes }, member.limits));
  const [entered, setEntered] = useState<Entered>(() => enteredOf(kinds, member.limits));
  return (
    <Dialog
      title={words.__('Limits of %1', member.displayName)}
      onClose={onClose}
      onSubmit={() => {
        const limits = limitsOf(kinds, entered);
        if (limits && !busy) onSet(limits);
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={busy}>
            {words.__('Set limits')}
          </Button>
        </>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      <p>
        {words.__(
          'What is left empty is as the installation has it. What is held beyond a new limit stays held; nothing new is lent.'
        )}
      </p>
      <LimitFields kinds={kinds} now={member.limits} entered={entered} onChange={setEntered} />
    </Dialog>
  );
};

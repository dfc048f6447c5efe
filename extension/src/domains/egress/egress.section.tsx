import { roleCan, type egress } from '@hopslab/schema';
import type { JSX } from 'react';
import { Button, EmptyState, formatBytes, ProblemNotice, useAsking, useWords } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { EgressModel } from './egress.model.js';

interface Props {
  readonly project: IProject;
  readonly model: EgressModel;
}

type Way = 'sent' | 'received';

const sum = (rows: readonly egress.EgressUse[], way: Way): number =>
  rows.reduce((all, row) => all + row[way], 0);

/** What each member's programs carried, most first. */
const Carried = ({
  use,
  names
}: {
  readonly use: readonly egress.EgressUse[];
  readonly names: ReadonlyMap<string, string>;
}): JSX.Element => {
  const words = useWords();
  const today = new Date().toISOString().slice(0, 10);
  const members = [...new Set(use.map(({ user }) => user))]
    .map(user => ({ user, rows: use.filter(row => row.user === user) }))
    .sort((a, b) => sum(b.rows, 'sent') - sum(a.rows, 'sent'));
  if (members.length === 0)
    return <EmptyState>{words.__('No program reached the internet in the last 30 days.')}</EmptyState>;
  return (
    <table className="hop-Parts">
      <thead>
        <tr>
          <th scope="col">{words.__('Member')}</th>
          <th scope="col">{words.__('Sent today')}</th>
          <th scope="col">{words.__('Sent in 30 days')}</th>
          <th scope="col">{words.__('Received in 30 days')}</th>
        </tr>
      </thead>
      <tbody>
        {members.map(({ user, rows }) => (
          <tr key={user}>
            <th scope="row">{names.get(user) ?? words.__('%1 (not a member now)', user)}</th>
            <td>
              {formatBytes(
                sum(
                  rows.filter(({ day }) => day === today),
                  'sent'
                )
              )}
            </td>
            <td>{formatBytes(sum(rows, 'sent'))}</td>
            <td>{formatBytes(sum(rows, 'received'))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** The section Internet of the project's settings: the switch, which the hub confirms, and what was carried. */
export const EgressSection = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const { me, members } = project;
  const { state, problem } = model;
  const asking = useAsking(state?.enabled);
  const names = new Map(members.map(({ user, displayName }) => [user, displayName]));
  const owners = members.filter(({ role }) => role === 'data_owner').map(({ displayName }) => displayName);
  if (!me?.project) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const refusal = roleCan(me.project.role, 'egress.manage')
    ? null
    : words.__('Only data owners switch it. Ask %1.', owners.join(', '));
  return (
    <div className="hop-Settings-section">
      <h2>{words.__('Internet')}</h2>
      <p className="hop-Quiet">
        {words.__(
          'Where it is on, programs of data owners reach the internet by https, and whatever they run can carry the project’s data out. Those of data scientists never do. It is used by notebook servers that are started after it was switched on; switched off, what is being transferred ends at once.'
        )}
      </p>
      {problem && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {!state && !problem && <p className="hop-Section-note">{words.__('Loading…')}</p>}
      {state && (
        <>
          <div className="hop-Settings-head">
            <p>
              {state.enabled
                ? words.__('On: data owners’ programs reach the internet.')
                : words.__('Off: no program reaches the internet.')}
            </p>
            <Button
              busy={asking.busy}
              disabledReason={refusal}
              onClick={() => void asking.ask(() => model.ask(!state.enabled))}
            >
              {state.enabled ? words.__('Switch off…') : words.__('Switch on…')}
            </Button>
          </div>
          {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
          {state.use && <Carried use={state.use} names={names} />}
        </>
      )}
    </div>
  );
};

import { roleCan } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import {
  Button,
  EmptyState,
  formatBytes,
  ProblemNotice,
  Table,
  useAsking,
  useWords,
  type Column,
  type Translate
} from '../../ui/index.js';
import { AddMember } from './projects.add-member.js';
import type { MemberLine, MembersModel } from './projects.members.model.js';
import { RemoveMember } from './projects.remove-member.js';
import type { IProject } from './projects.tokens.js';
import { askOwners, roleWord } from './projects.words.js';

interface Props {
  readonly project: IProject;
  readonly model: MembersModel;
}

/** What somebody holds, in one phrase. */
const heldWord = ({ leases }: MemberLine, words: Translate): string => {
  if (leases.length === 0) return words.__('nothing');
  const total = (of: 'cores' | 'memory' | 'gpus'): number => leases.reduce((sum, one) => sum + one[of], 0);
  return [
    words._n('%1 core', '%1 cores', total('cores')),
    formatBytes(total('memory')),
    ...(total('gpus') > 0 ? [words._n('%1 GPU', '%1 GPUs', total('gpus'))] : [])
  ].join(', ');
};

/** The section Members: who is in, as what, since when, what they hold; changes wait for a click on the hub. */
export const MembersView = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const { me, members } = project;
  const asking = useAsking(members);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<MemberLine>();
  if (!me?.project) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const { role, name } = me.project;
  const refusal = roleCan(role, 'members.manage')
    ? null
    : askOwners(words.__('Only data owners change who is in the project.'), members, words);

  const columns: readonly Column<MemberLine>[] = [
    {
      id: 'name',
      title: words.__('Name'),
      sortBy: line => line.displayName,
      cell: line => (
        <>
          {line.displayName} <span className="hop-Quiet">{line.user}</span>
        </>
      ),
      width: 'minmax(8em, 2fr)'
    },
    {
      id: 'role',
      title: words.__('Role'),
      sortBy: line => line.role,
      cell: line => roleWord(line.role, words),
      width: 'minmax(8em, 1fr)'
    },
    {
      id: 'since',
      title: words.__('Since'),
      sortBy: line => line.since,
      cell: line => new Date(line.since).toLocaleDateString(),
      width: 'minmax(7em, 1fr)'
    },
    {
      id: 'held',
      title: words.__('Holds now'),
      sortBy: line => line.leases.length,
      cell: line => heldWord(line, words),
      width: 'minmax(8em, 1.5fr)'
    },
    {
      id: 'acts',
      title: words.__('Actions'),
      width: 'minmax(16em, 1fr)',
      cell: line => {
        const other = line.role === 'data_owner' ? 'data_scientist' : 'data_owner';
        return (
          <span className="hop-Settings-acts">
            <Button
              look="bare"
              disabledReason={refusal}
              busy={asking.busy}
              onClick={() => void asking.ask(() => model.put(line.user, other))}
            >
              {words.__('Make %1', roleWord(other, words))}
            </Button>
            <Button
              look="bare"
              disabledReason={line.user === me.user.name ? null : refusal}
              onClick={() => {
                asking.forget();
                setRemoving(line);
              }}
            >
              {line.user === me.user.name ? words.__('Leave') : words.__('Remove')}
            </Button>
          </span>
        );
      }
    }
  ];

  return (
    <div className="hop-Settings-section">
      <div className="hop-Settings-head">
        <h2>{words.__('Members')}</h2>
        <Button
          icon="plus"
          disabledReason={refusal}
          onClick={() => {
            asking.forget();
            setAdding(true);
          }}
        >
          {words.__('Add member')}
        </Button>
      </div>
      <p className="hop-Quiet">
        {words.__(
          'Each change asks you once more in a window of the hub: no notebook can make it in your name.'
        )}
      </p>
      {asking.outcome !== null && !adding && !removing && <ProblemNotice error={asking.outcome} />}
      {model.problem && <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />}
      <Table
        label={words.__('Members')}
        rows={model.lines}
        columns={columns}
        rowKey={line => line.user}
        sorting={{ column: 'name', direction: 'ascending' }}
        empty={<EmptyState>{words.__('Nobody is shown yet.')}</EmptyState>}
        height={560}
      />
      {adding && (
        <AddMember
          project={name}
          members={members}
          busy={asking.busy}
          error={asking.outcome}
          onType={asking.forget}
          onAdd={(user, as) =>
            void asking
              .ask(() => model.put(user, as))
              .then(asked => {
                setAdding(!asked);
              })
          }
          onClose={() => {
            asking.forget();
            setAdding(false);
          }}
        />
      )}
      {removing && (
        <RemoveMember
          model={model}
          member={removing}
          project={name}
          mine={removing.user === me.user.name}
          asking={asking}
          onClose={() => {
            setRemoving(undefined);
          }}
        />
      )}
    </div>
  );
};

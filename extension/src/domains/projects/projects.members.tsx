import { roleCan } from '@hopslab/schema';
import type { JSX } from 'react';
import {
  EmptyState,
  formatBytes,
  HubLink,
  ProblemNotice,
  Table,
  useWords,
  type Column,
  type Translate
} from '../../ui/index.js';
import type { MemberLine, MembersModel } from './projects.members.model.js';
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

/** The section Members: who is in, as what, since when, what they hold; changes are made on the hub. */
export const MembersView = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const { me, hubPage, members } = project;
  if (!me?.project || hubPage === null) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const { role } = me.project;
  const refusal = roleCan(role, 'members.manage')
    ? null
    : askOwners(words.__('Only data owners change who is in the project.'), members, words);
  const onHub = (act: string): string => `${hubPage}?do=${encodeURIComponent(act)}`;

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
      cell: line => new Date(line.since).toLocaleDateString()
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
      width: 'minmax(14em, 1fr)',
      cell: line => (
        <span className="hop-Settings-acts">
          <HubLink href={onHub(`role:${line.user}`)} refusal={refusal}>
            {words.__('Change role')}
          </HubLink>
          <HubLink
            href={onHub(`remove:${line.user}`)}
            refusal={line.user === me.user.name ? null : refusal}
            danger
          >
            {line.user === me.user.name ? words.__('Leave') : words.__('Remove')}
          </HubLink>
        </span>
      )
    }
  ];

  return (
    <div className="hop-Settings-section">
      <div className="hop-Settings-head">
        <h2>{words.__('Members')}</h2>
        <HubLink href={onHub('add-member')} refusal={refusal}>
          {words.__('Add member')}
        </HubLink>
      </div>
      <p className="hop-Quiet">
        {words.__('Who is in a project is changed on the hub, where no notebook can do it in your name.')}
      </p>
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
    </div>
  );
};

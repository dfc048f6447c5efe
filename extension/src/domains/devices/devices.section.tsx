import { roleCan, type devices } from '@hopslab/schema';
import type { JSX } from 'react';
import {
  Button,
  EmptyState,
  formatTime,
  HubLink,
  ProblemNotice,
  Table,
  useAsking,
  useWords,
  type Column
} from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { DevicesModel } from './devices.model.js';

interface Props {
  readonly project: IProject;
  readonly model: DevicesModel;
}

/** The section Devices: programs outside that act for members; a data scientist sees their own. */
export const DevicesSection = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const { me, members, hubPage } = project;
  const asking = useAsking(model.state);
  if (!me?.project || hubPage === null) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const all = roleCan(me.project.role, 'device.manage');
  const holders = new Map(members.map(({ user, ...member }) => [user, member]));
  const roleOf = (user: string): string =>
    holders.get(user)?.role === 'data_owner' ? words.__('data owner') : words.__('data scientist');

  const columns: readonly Column<devices.Device>[] = [
    {
      id: 'device',
      title: words.__('Device'),
      sortBy: ({ name }) => name,
      cell: ({ name, principal }) => <span title={principal}>{name}</span>
    },
    {
      id: 'holder',
      title: words.__('Holder'),
      sortBy: ({ user }) => holders.get(user)?.displayName ?? user,
      cell: ({ user }) =>
        user === me.user.name ? words.__('you') : (holders.get(user)?.displayName ?? user),
      width: 'minmax(6em, 1fr)'
    },
    {
      id: 'role',
      title: words.__('Role'),
      width: '8em',
      sortBy: ({ user }) => roleOf(user),
      cell: ({ user }) => roleOf(user)
    },
    {
      id: 'used',
      title: words.__('Last used'),
      sortBy: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt, lastAddress }) => (
        <span title={lastAddress ?? undefined}>
          {lastUsedAt ? formatTime(lastUsedAt) : words.__('never')}
        </span>
      ),
      width: 'minmax(11em, 1.3fr)'
    },
    {
      id: 'until',
      title: words.__('Good until'),
      sortBy: ({ certificates: [newest] }) => newest?.expiresAt ?? null,
      cell: ({ certificates: [newest] }) => (newest ? formatTime(newest.expiresAt) : words.__('expired')),
      width: 'minmax(11em, 1.3fr)'
    },
    {
      id: 'acts',
      title: words.__('Actions'),
      width: '6em',
      cell: device => (
        <Button look="bare" busy={asking.busy} onClick={() => void asking.ask(() => model.revoke(device))}>
          {words.__('Revoke')}
          <span className="hop-hidden"> {device.principal}</span>
        </Button>
      )
    }
  ];

  return (
    <div className="hop-Settings-section">
      <div className="hop-Settings-head">
        <h2>{words.__('Devices')}</h2>
        <HubLink href={hubPage}>{words.__('New device…')}</HubLink>
      </div>
      <p className="hop-Quiet">
        {all
          ? words.__(
              'Programs outside, with a certificate to act for a member here. One that is revoked is refused at once, and what it has open ends.'
            )
          : words.__(
              'Your programs outside, with a certificate to act for you here. Data owners see those of all members, and can revoke them.'
            )}
      </p>
      {asking.outcome !== null && <ProblemNotice error={asking.outcome} />}
      {model.problem && <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />}
      {model.state === null && !model.problem && <p className="hop-Section-note">{words.__('Loading…')}</p>}
      {model.state && (
        <Table
          label={words.__('Devices')}
          rows={model.state}
          columns={columns}
          rowKey={({ principal }) => principal}
          sorting={{ column: 'device', direction: 'ascending' }}
          empty={<EmptyState>{words.__('There is no device. It is made on the hub.')}</EmptyState>}
          height={560}
        />
      )}
    </div>
  );
};

import { roleCan } from '@hopslab/schema';
import type { JSX } from 'react';
import { EmptyState, useWords } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { AuditModel } from './audit.model.js';
import { AuditView } from './audit.panel.js';

interface Props {
  readonly project: IProject;
  readonly model: AuditModel;
}

/** The section Audit of the project's settings: its data owners'. */
export const AuditSection = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const { me, members } = project;
  const names = new Map(members.map(({ user, displayName }) => [user, displayName]));
  const owners = members.filter(({ role }) => role === 'data_owner').map(({ displayName }) => displayName);
  if (!me?.project) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  return (
    <div className="hop-Settings-section">
      <h2>{words.__('Audit')}</h2>
      {roleCan(me.project.role, 'audit.view') ? (
        <AuditView model={model} names={names} withProject={false} height={420} />
      ) : (
        <EmptyState>
          {words.__('Only data owners see the project’s audit. Ask %1.', owners.join(', '))}
        </EmptyState>
      )}
    </div>
  );
};

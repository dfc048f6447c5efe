import { useState } from 'react';
import { Link } from 'wouter';
import { Button, EmptyState, ProblemNotice, useWords } from '../../ui/index.js';
import { NewProjectDialog } from '../new-project-dialog.js';
import { Page } from '../page.js';
import { ProjectTile } from '../project-tile.js';
import { useProjects } from '../projects.model.js';
import { WaitingRequests } from '../waiting-requests.js';

export const ProjectsPage = ({ admin }: { readonly admin: boolean }) => {
  const words = useWords();
  const listed = useProjects();
  const [asking, setAsking] = useState(false);
  const create = (
    <Button
      look="main"
      icon="plus"
      onClick={() => {
        setAsking(true);
      }}
    >
      {words.__('New project')}
    </Button>
  );
  const none = listed.data?.length === 0;
  return (
    <Page title={words.__('My projects')}>
      <div className="hub-Main-head">
        <h1>{words.__('My projects')}</h1>
        <span className="hub-Main-acts">
          <Link href="/public-datasets">{words.__('Find public datasets')}</Link>
          {!none && create}
        </span>
      </div>
      {admin && <WaitingRequests />}
      {listed.isError && <ProblemNotice error={listed.error} onRetry={() => void listed.refetch()} />}
      {none && (
        <EmptyState action={create}>
          {words.__('You are in no project yet: create one, or ask a data owner to add you to theirs.')}
        </EmptyState>
      )}
      <ul className="hub-Tiles" aria-label={words.__('Projects')} aria-busy={listed.isPending}>
        {listed.data?.map(project => (
          <ProjectTile key={project.name} project={project} />
        ))}
      </ul>
      {asking && (
        <NewProjectDialog
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Page>
  );
};

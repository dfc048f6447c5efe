import { ApiProblem } from '../../api/index.js';
import { Breakable, EmptyState, Notice, ProblemNotice, useWords } from '../../ui/index.js';
import { Link } from 'wouter';
import { useAsked } from '../act.js';
import { DevicesCard } from '../devices-card.js';
import { LeasesCard } from '../leases-card.js';
import { MembersCard } from '../members-card.js';
import { NotebookCard } from '../notebook-card.js';
import { useProjectLive } from '../notebooks.model.js';
import { Page } from '../page.js';
import { PartsCard } from '../parts-card.js';
import { useProject } from '../projects.model.js';
import { QuotaCard } from '../quota-card.js';
import { roleName } from '../role.js';
import { SettingsCard } from '../settings-card.js';

/** A passing fault takes nothing away that is shown; being no member any more does. */
export const isGone = ({ data, error }: { readonly data: unknown; readonly error: unknown }): boolean =>
  error !== null && (data === undefined || (error instanceof ApiProblem && error.code === 'project.unknown'));

const Crumbs = () => {
  const words = useWords();
  return (
    <nav className="hub-Crumbs" aria-label={words.__('You are here')}>
      <Link href="/">{words.__('My projects')}</Link>
    </nav>
  );
};

/** There is no such project, or I am not in it any more. */
export const NoProject = ({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) => {
  const words = useWords();
  return (
    <Page title={words.__('Not found')}>
      {error instanceof ApiProblem && error.code === 'project.unknown' ? (
        <>
          <h1>{words.__('There is no such project')}</h1>
          <EmptyState
            action={
              <Link href="/" className="hop-Button hop-mod-main">
                {words.__('My projects')}
              </Link>
            }
          >
            {words.__(
              'The name may be mistyped, or you are not a member; a data owner of the project can add you.'
            )}
          </EmptyState>
        </>
      ) : (
        <>
          <Crumbs />
          <ProblemNotice error={error} onRetry={onRetry} />
        </>
      )}
    </Page>
  );
};

export const ProjectPage = ({ name, me }: { readonly name: string; readonly me: string }) => {
  const words = useWords();
  const project = useProject(name);
  const live = useProjectLive(name, me);
  const asked = useAsked();
  if (isGone(project)) return <NoProject error={project.error} onRetry={() => void project.refetch()} />;
  if (!project.data) return <Page title={name} busy />;
  const { description, role, state, services } = project.data;
  const archived = state === 'archived';
  return (
    <Page title={name}>
      <div className="hub-Main-head">
        <div>
          <Crumbs />
          <h1>
            <Breakable name={name} />
          </h1>
          <p>{description}</p>
          <p className="hub-quiet">{words.__('You are a %1 here.', roleName(words, role).toLowerCase())}</p>
        </div>
        {live.state === 'waiting' && (
          <Notice tone="warning" title={words.__('Reconnecting; what you see may be a little old.')} />
        )}
      </div>
      {archived && (
        <Notice tone="info" title={words.__('This project is archived')}>
          <p>
            {words.__('It can be looked at, not worked in. A data owner can take it out of the archive.')}
          </p>
        </Notice>
      )}
      <div className="hub-Grid">
        <div className="hub-Column">
          {!archived && <NotebookCard project={name} on={services.includes('notebooks')} />}
          <MembersCard project={name} role={role} me={me} />
          <PartsCard project={name} role={role} me={me} />
          <DevicesCard project={name} me={me} />
        </div>
        <div className="hub-Column">
          <QuotaCard project={name} role={role} />
          <LeasesCard project={name} me={me} />
          <SettingsCard project={project.data} act={asked} />
        </div>
      </div>
    </Page>
  );
};

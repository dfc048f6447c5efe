import type { JSX } from 'react';
import type { notebooks, projects } from '@hopslab/schema';
import { launchIcon } from '@jupyterlab/ui-components';
import { Button, useWords } from '../../ui/index.js';
import type { IProject } from './projects.tokens.js';
import { useWholeHeight } from './projects.whole.js';
import { computeWord, leaseWord, roleWord } from './projects.words.js';

interface Props {
  readonly model: IProject;
}

const MemberRow = ({ member, me }: { member: projects.Member; me: string }): JSX.Element => {
  const words = useWords();
  return (
    <li className="hop-Member">
      <span className="hop-Member-name" title={member.user}>
        {member.displayName}
        {member.user === me && <span className="hop-Quiet"> {words.__('(you)')}</span>}
      </span>
      <span className="hop-Quiet hop-Member-role">{roleWord(member.role, words)}</span>
    </li>
  );
};

interface FactsProps extends Props {
  /** Hears how high the section has to be so that none of them is cut. */
  readonly needs: (height: number) => void;
}

const Facts = ({ model: { project, server }, needs }: FactsProps): JSX.Element => {
  const words = useWords();
  return (
    <dl className="hop-Facts" ref={useWholeHeight<HTMLDListElement>(needs)}>
      {project && (
        <>
          <dt>{words.__('My role')}</dt>
          <dd>{roleWord(project.role, words)}</dd>
        </>
      )}
      {server?.resources && (
        <>
          <dt>{words.__('My server')}</dt>
          <dd>{leaseWord(server.resources, words)}</dd>
        </>
      )}
      {server?.resources && server.resources.executors > 0 && (
        <>
          <dt>{words.__('Executors')}</dt>
          <dd>
            {computeWord(server.compute, words)}
            {server.compute?.reason && <p className="hop-Quiet">{server.compute.reason}</p>}
          </dd>
        </>
      )}
    </dl>
  );
};

/** The section Project: what it is, who is in it, what I hold, and the way back to the hub. */
export const ProjectSection = ({
  model,
  openSettings,
  needs
}: FactsProps & { readonly openSettings: () => void }): JSX.Element => {
  const words = useWords();
  const { project, me, members } = model;
  if (!project || !me)
    return (
      <p className="hop-Section-note">
        {model.link === 'refused' ? words.__('The project could not be loaded.') : words.__('Loading…')}
      </p>
    );
  return (
    <div className="hop-Section">
      <h4 className="hop-Project-name">{project.name}</h4>
      {project.description && <p className="hop-Project-description">{project.description}</p>}
      <Facts model={model} needs={needs} />
      {model.server?.outdatedMounts && (
        <p className="hop-Quiet" role="status">
          {words.__(
            'A restart of your notebook server brings what was shared with the project since it started.'
          )}
        </p>
      )}
      <h4 className="hop-Subtitle" id="hop-members">
        {words.__('Members')} <span className="hop-Quiet">{members.length}</span>
      </h4>
      <ul className="hop-Members" aria-labelledby="hop-members">
        {members.map(member => (
          <MemberRow key={member.user} member={member} me={me.user.name} />
        ))}
      </ul>
      <p>
        <Button onClick={openSettings}>{words.__('Project settings')}</Button>
      </p>
      <a className="hop-Link" href={model.hubPage ?? me.hubUrl}>
        <launchIcon.react tag="span" />
        {words.__('Back to the hub')}
      </a>
    </div>
  );
};

const endedStates: readonly notebooks.NotebookServer['state'][] = ['stopping', 'absent', 'failed'];

const EndedNotice = ({
  model,
  server
}: Props & { readonly server: notebooks.NotebookServer }): JSX.Element => {
  const words = useWords();
  return (
    <div className="hop-LinkNotice hop-mod-error" role="status">
      <p>
        {server.state === 'failed'
          ? words.__('Your notebook server failed.')
          : words.__('Your notebook server was stopped.')}
        {server.reason !== undefined && ` ${server.reason}`}
      </p>
      {model.hubPage !== null && (
        <a className="hop-Link" href={`${model.hubPage}/start`}>
          <launchIcon.react tag="span" />
          {words.__('Start it again on the hub')}
        </a>
      )}
    </div>
  );
};

/** A line above the sections, only while the notebook server is gone or something is wrong with the connection. */
export const LinkNotice = ({ model }: Props): JSX.Element => {
  const words = useWords();
  const { link, problem, me, server } = model;
  // First, since it explains whatever else fails.
  if (server && endedStates.includes(server.state)) return <EndedNotice model={model} server={server} />;
  if (link === 'waiting')
    return (
      <p className="hop-LinkNotice" role="status">
        {words.__('Connection lost; trying again. What you see may be old.')}
      </p>
    );
  if (!problem) return <></>;
  const again = (): void => {
    model.retry();
  };
  return (
    <div className="hop-LinkNotice hop-mod-error" role="status">
      <p>{problem.detail}</p>
      {problem.requestId !== null && (
        <p className="hop-Quiet">{words.__('For your administrator: request %1', problem.requestId)}</p>
      )}
      {problem.status === 401 && me ? (
        <a className="hop-Link" href={me.hubUrl}>
          {words.__('Sign in on the hub')}
        </a>
      ) : (
        <Button onClick={again}>{words.__('Try again')}</Button>
      )}
    </div>
  );
};

/** The status bar's words: project, role, what I hold. */
export const ProjectStatus = ({ model, reveal }: Props & { readonly reveal: () => void }): JSX.Element => {
  const words = useWords();
  const { project, server, link } = model;
  if (!project) return <></>;
  const parts = [
    project.name,
    roleWord(project.role, words),
    ...(server?.resources ? [leaseWord(server.resources, words)] : []),
    ...(link === 'waiting' ? [words.__('reconnecting…')] : []),
    ...(link === 'refused' ? [words.__('no access')] : [])
  ];
  return (
    <button
      type="button"
      className="hop-Status"
      title={words.__('Show the project in the Hopslab panel')}
      onClick={reveal}
    >
      {parts.join(' · ')}
    </button>
  );
};

import { roleCan } from '@hopslab/schema';
import { useState, type JSX } from 'react';
import { Button, formatBytes, HubLink, ProblemNotice, useWords } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import { AskDialog } from './quota.ask-dialog.js';
import { HeldBars, SpentBars, Warnings } from './quota.bars.js';
import { UsageHistory } from './quota.history.js';
import { MembersTable } from './quota.members.js';
import type { QuotaModel, QuotaState } from './quota.model.js';
import { Requests } from './quota.requests.js';

interface Props {
  readonly project: IProject;
  readonly model: QuotaModel;
}

const Asking = ({
  project,
  model,
  state,
  onClose
}: Props & { readonly state: QuotaState; readonly onClose: () => void }): JSX.Element => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [key] = useState(() => crypto.randomUUID());
  return (
    <AskDialog
      project={project.project?.name ?? ''}
      quota={state.quota}
      busy={busy}
      error={error}
      onClose={onClose}
      onAsk={(asked, reason) => {
        setBusy(true);
        model.ask(asked, reason, key).then(onClose, (failure: unknown) => {
          setError(failure);
          setBusy(false);
        });
      }}
    />
  );
};

/** The section Resources: the quota against its use, with history; members' parts; what was asked for. */
export const ResourcesView = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const { me, hubPage } = project;
  const { state, problem } = model;
  const retry = (): void => void model.reload();
  if (!me?.project || !state)
    return problem ? (
      <ProblemNotice error={problem} onRetry={retry} />
    ) : (
      <p className="hop-Section-note">{words.__('Loading…')}</p>
    );
  const may = roleCan(me.project.role, 'quota.ask');
  const refusal = may ? null : words.__('Only data owners may ask for more.');
  return (
    <div className="hop-Settings-section">
      <div className="hop-Settings-head">
        <h2>{words.__('Resources')}</h2>
        <Button
          disabledReason={refusal}
          onClick={() => {
            setAsking(true);
          }}
        >
          {words.__('Ask for more')}
        </Button>
      </div>
      {problem && <ProblemNotice error={problem} onRetry={retry} />}
      <Warnings warnings={state.quota.warnings} />
      <div className="hop-Resources-bars">
        <HeldBars quota={state.quota} />
        <SpentBars quota={state.quota} />
      </div>
      <h3>{words.__('The last 30 days')}</h3>
      <UsageHistory project={me.project.name} days={state.days} from={state.from} to={state.to} />
      <div className="hop-Settings-head">
        <h3>{words.__('Members')}</h3>
        <HubLink
          href={hubPage ?? me.hubUrl}
          refusal={may ? null : words.__('Only data owners may change members’ limits.')}
        >
          {words.__('Change limits on the hub')}
        </HubLink>
      </div>
      <MembersTable users={state.users} me={me.user.name} />
      <h3>{words.__('Requests')}</h3>
      {state.requests.length === 0 ? (
        <p className="hop-Quiet">{words.__('Nothing was asked for yet.')}</p>
      ) : (
        <Requests requests={state.requests} />
      )}
      {asking && (
        <Asking
          project={project}
          model={model}
          state={state}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </div>
  );
};

/** The status bar's words: what I hold of my part of the quota. */
export const QuotaStatus = ({
  model: { state },
  open
}: {
  readonly model: QuotaModel;
  readonly open: () => void;
}): JSX.Element => {
  const words = useWords();
  if (!state) return <></>;
  const { used, limit } = state.quota.user;
  const said = words.__(
    '%1 of %2 cores, %3 of %4',
    used.cores,
    limit.cores,
    formatBytes(used.memory),
    formatBytes(limit.memory)
  );
  const warned = state.quota.warnings.length > 0;
  return (
    <button type="button" className="hop-Status" title={words.__('What I hold of the quota')} onClick={open}>
      {warned ? words.__('%1 · quota used up', said) : said}
    </button>
  );
};

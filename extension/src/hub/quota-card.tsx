import type { quota as contract } from '@hopslab/schema';
import { useState } from 'react';
import { AskDialog } from '../domains/quota/quota.ask-dialog.js';
import { HeldBars, SpentBars, Warnings } from '../domains/quota/quota.bars.js';
import { UsageHistory } from '../domains/quota/quota.history.js';
import { Requests } from '../domains/quota/quota.requests.js';
import { Button, formatBytes, ProblemNotice, QuotaBar, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { useAskForQuota, useQuota, useQuotaRequests, useUsage } from './quota.model.js';
import type { Role } from './role.js';

type Share = contract.Quota['project'];
type Amounts = Share['limit'];

/** One share's limits as bars; `asked` is drawn on top of what is held. */
export const ShareBars = ({
  title,
  hint,
  share: { limit, used },
  asked
}: {
  readonly title: string;
  readonly hint?: string;
  readonly share: Share;
  readonly asked?: Amounts | undefined;
}) => {
  const words = useWords();
  const more = (what: keyof Amounts): { asked: number } => ({ asked: asked?.[what] ?? 0 });
  return (
    <div className="hub-Share" role="group" aria-label={title}>
      <h3>{title}</h3>
      {hint && <p className="hub-quiet">{hint}</p>}
      <QuotaBar label={words.__('Cores')} used={used.cores} limit={limit.cores} {...more('cores')} />
      <QuotaBar
        label={words.__('Memory')}
        used={used.memory}
        limit={limit.memory}
        format={formatBytes}
        {...more('memory')}
      />
      {limit.gpus > 0 && (
        <QuotaBar label={words.__('GPUs')} used={used.gpus} limit={limit.gpus} {...more('gpus')} />
      )}
    </div>
  );
};

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
const shownDays = 30;

const History = ({ project }: { readonly project: string }) => {
  const now = Date.now();
  const [from, to] = [day(now - (shownDays - 1) * 86_400_000), day(now)];
  const usage = useUsage(project, from, to);
  if (usage.isError) return <ProblemNotice error={usage.error} onRetry={() => void usage.refetch()} />;
  return usage.data ? <UsageHistory project={project} days={usage.data} from={from} to={to} /> : null;
};

const Asking = ({
  project,
  quota,
  onClose
}: {
  readonly project: string;
  readonly quota: contract.Quota;
  readonly onClose: () => void;
}) => {
  const ask = useAskForQuota(project);
  const [key] = useState(() => crypto.randomUUID());
  return (
    <AskDialog
      project={project}
      quota={quota}
      busy={ask.isPending}
      error={ask.error}
      onAsk={(asked, reason) => {
        ask.mutate({ asked, reason, key }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
};

export const QuotaCard = ({ project, role }: { readonly project: string; readonly role: Role }) => {
  const words = useWords();
  const quota = useQuota(project);
  const requests = useQuotaRequests(project);
  const [asking, setAsking] = useState(false);
  const refusal = role === 'data_owner' ? null : words.__('Only data owners may ask for more.');
  return (
    <Card
      title={words.__('Quota')}
      action={
        <Button
          disabledReason={refusal}
          onClick={() => {
            setAsking(true);
          }}
        >
          {words.__('Ask for more')}
        </Button>
      }
    >
      {quota.isError && <ProblemNotice error={quota.error} onRetry={() => void quota.refetch()} />}
      {quota.data && (
        <>
          <Warnings warnings={quota.data.warnings} />
          <div className="hub-Share" role="group" aria-label={words.__('The project')}>
            <h3>{words.__('The project')}</h3>
            <HeldBars quota={quota.data} />
            <SpentBars quota={quota.data} />
          </div>
          <ShareBars title={words.__('You in it')} share={quota.data.user} />
          <div className="hub-Share">
            <h3>{words.__('The last 30 days')}</h3>
            <History project={project} />
          </div>
        </>
      )}
      {requests.data && requests.data.length > 0 && (
        <details>
          <summary>{words._n('%1 request', '%1 requests', requests.data.length)}</summary>
          <Requests requests={requests.data} />
        </details>
      )}
      {asking && quota.data && (
        <Asking
          project={project}
          quota={quota.data}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Card>
  );
};

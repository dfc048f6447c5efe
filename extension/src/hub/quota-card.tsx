import type { quota as contract } from '@hopslab/schema';
import { formatBytes, ProblemNotice, QuotaBar, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { useQuota } from './notebooks.model.js';

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

export const QuotaCard = ({ project }: { readonly project: string }) => {
  const words = useWords();
  const quota = useQuota(project);
  return (
    <Card title={words.__('Quota')}>
      {quota.isError && <ProblemNotice error={quota.error} onRetry={() => void quota.refetch()} />}
      {quota.data && (
        <>
          <ShareBars title={words.__('The project')} share={quota.data.project} />
          <ShareBars title={words.__('You in it')} share={quota.data.user} />
        </>
      )}
    </Card>
  );
};

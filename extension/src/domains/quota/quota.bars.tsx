import type { quota } from '@hopslab/schema';
import type { JSX } from 'react';
import {
  formatBytes,
  formatNumber,
  formatTime,
  Notice,
  QuotaBar,
  useWords,
  type Translate
} from '../../ui/index.js';

const count = (amount: number): string => amount.toLocaleString();
const hours = (amount: number): string => formatNumber(Number(amount.toFixed(amount < 10 ? 2 : 1)));

/** A limit that may be none: then only what is used is said. */
const Bar = ({
  label,
  used,
  limit,
  format
}: {
  readonly label: string;
  readonly used: number;
  readonly limit: number | null;
  readonly format?: (amount: number) => string;
}): JSX.Element => {
  const words = useWords();
  if (limit !== null) return <QuotaBar label={label} used={used} limit={limit} {...(format && { format })} />;
  return (
    <div className="hop-QuotaBar-line">
      <span>{label}</span>
      <span className="hop-Quiet">{words.__('%1, no limit', (format ?? String)(used))}</span>
    </div>
  );
};

/** What is held now against the limits, and the GPUs of each type. */
export const HeldBars = ({ quota: { project, gpuTypes } }: { readonly quota: quota.Quota }): JSX.Element => {
  const words = useWords();
  const { limit, used } = project;
  return (
    <>
      <QuotaBar label={words.__('Cores')} used={used.cores} limit={limit.cores} />
      <QuotaBar label={words.__('Memory')} used={used.memory} limit={limit.memory} format={formatBytes} />
      <QuotaBar label={words.__('Notebook servers')} used={used.servers} limit={limit.servers} />
      {gpuTypes.length > 1 && <QuotaBar label={words.__('GPUs')} used={used.gpus} limit={limit.gpus} />}
      {gpuTypes.map(({ type, used: held, limit: most }) => (
        <QuotaBar key={type} label={type} used={held} limit={most} />
      ))}
    </>
  );
};

/** What was used of the month, and what is stored. */
export const SpentBars = ({
  quota: { limits, month, storage }
}: {
  readonly quota: quota.Quota;
}): JSX.Element => {
  const words = useWords();
  return (
    <>
      <Bar
        label={words.__('Core-hours this month')}
        used={month.project.coreHours}
        limit={limits.coreHours}
        format={hours}
      />
      {(limits.gpuHours !== null || month.project.gpuHours > 0) && (
        <Bar
          label={words.__('GPU-hours this month')}
          used={month.project.gpuHours}
          limit={limits.gpuHours}
          format={hours}
        />
      )}
      <Bar label={words.__('Storage')} used={storage.bytes} limit={limits.bytes} format={formatBytes} />
      <Bar label={words.__('Files')} used={storage.files} limit={limits.files} format={count} />
    </>
  );
};

const titleOf = ({ what, endsAt }: quota.Warning, words: Translate): string =>
  what === 'bytes' || what === 'files'
    ? words.__(
        'More is stored than the quota gives; what goes on writing only reads from %1 on',
        formatTime(endsAt)
      )
    : words.__('Nothing new is lent; what runs ends on %1', formatTime(endsAt));

/** What is used up, and until when what runs may go on. */
export const Warnings = ({ warnings }: { readonly warnings: readonly quota.Warning[] }): JSX.Element => {
  const words = useWords();
  return (
    <>
      {warnings.map(warning => (
        <Notice key={`${warning.what} ${warning.user ?? ''}`} tone="warning" title={titleOf(warning, words)}>
          <p>{warning.words}</p>
        </Notice>
      ))}
    </>
  );
};

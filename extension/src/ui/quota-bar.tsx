import { useId } from 'react';
import { useWords } from './words.js';

export interface QuotaBarProps {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
  /** What is about to be asked for on top. */
  readonly asked?: number;
  readonly format?: (amount: number) => string;
}

const share = (amount: number, limit: number): string =>
  `${limit > 0 ? Math.min(100, (amount / limit) * 100) : 0}%`;

/** How much of a limit is held, and would be; said in words too, and told apart by pattern, not colour alone. */
export const QuotaBar = ({ label, used, limit, asked = 0, format = String }: QuotaBarProps) => {
  const id = useId();
  const words = useWords();
  const over = used + asked > limit;
  const said = asked
    ? words.__('%1 held + %2 asked of %3', format(used), format(asked), format(limit))
    : words.__('%1 of %2', format(used), format(limit));
  return (
    <div className={over ? 'hop-QuotaBar hop-mod-over' : 'hop-QuotaBar'}>
      <div className="hop-QuotaBar-line">
        <span id={id}>{label}</span>
        <span>
          {over && <strong>{words.__('Too much: ')}</strong>}
          {said}
        </span>
      </div>
      <div
        className="hop-QuotaBar-track"
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(limit, used + asked)}
        aria-valuetext={said}
      >
        <span className="hop-QuotaBar-used" style={{ width: share(used, limit) }} />
        {asked > 0 && <span className="hop-QuotaBar-asked" style={{ width: share(asked, limit) }} />}
      </div>
    </div>
  );
};

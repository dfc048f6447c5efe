import type { quota } from '@hopslab/schema';
import type { JSX } from 'react';
import { TextField, useWords, type Translate } from '../../ui/index.js';
import type { LimitKind } from './quota.words.js';

/** What is in the fields; nothing where a limit is left as it is. */
export type Entered = Readonly<Partial<Record<string, string>>>;

const read = ({ unit, whole }: LimitKind, text: string): number | null => {
  const amount = text.trim() === '' ? NaN : Number(text.replace(',', '.'));
  if (!Number.isFinite(amount) || amount < 0 || (whole && !Number.isInteger(amount))) return null;
  return unit === 1 ? amount : Math.round(amount * unit);
};

const faultOf = (kind: LimitKind, text: string, words: Translate): string | undefined => {
  if (text.trim() === '' || read(kind, text) !== null) return undefined;
  return kind.whole ? words.__('A whole number, 0 or more.') : words.__('A number, 0 or more.');
};

/**
 * The limits that were entered; `null` while one of them is none. A limit by type of GPU says something of all types, so
 * the others stay as they are in `now`.
 */
export const limitsOf = (
  kinds: readonly LimitKind[],
  entered: Entered,
  now: Pick<quota.Limits, 'gpuTypes'> = { gpuTypes: {} }
): quota.SomeLimits | null => {
  let limits: quota.SomeLimits = {};
  for (const kind of kinds) {
    const text = entered[kind.key] ?? '';
    if (text.trim() === '') continue;
    const amount = read(kind, text);
    if (amount === null) return null;
    limits = kind.put(limits, amount);
  }
  return limits.gpuTypes ? { ...limits, gpuTypes: { ...now.gpuTypes, ...limits.gpuTypes } } : limits;
};

/** Limits as they are put into the fields. */
export const enteredOf = (kinds: readonly LimitKind[], limits: quota.SomeLimits): Entered =>
  Object.fromEntries(
    kinds.flatMap(({ key, unit, of }) => {
      const amount = of(limits);
      return amount === null ? [] : [[key, String(amount / unit)]];
    })
  );

/** A field for each limit, with what holds now. */
export const LimitFields = ({
  kinds,
  now,
  entered,
  onChange
}: {
  readonly kinds: readonly LimitKind[];
  readonly now: quota.Limits;
  readonly entered: Entered;
  readonly onChange: (entered: Entered) => void;
}): JSX.Element => {
  const words = useWords();
  return (
    <div className="hop-Limits">
      {kinds.map(kind => {
        const amount = kind.of(now);
        const text = entered[kind.key] ?? '';
        return (
          <TextField
            key={kind.key}
            label={kind.label}
            value={text}
            autoComplete="off"
            hint={words.__('Now: %1', amount === null ? words.__('no limit') : kind.show(amount))}
            error={faultOf(kind, text, words)}
            onChange={value => {
              onChange({ ...entered, [kind.key]: value });
            }}
          />
        );
      })}
    </div>
  );
};

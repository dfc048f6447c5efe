import { Field, type FieldProps } from './field.js';
import { gibibyte } from './format.js';
import { useWords, type Translate } from './words.js';

export interface NumberFieldProps extends FieldProps {
  /** `null` while nothing that is a number is entered. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly unit?: string;
  /** Why it cannot be changed. */
  readonly disabledReason?: string | null | undefined;
}

/** What is wrong with a number, in words; `undefined` where nothing is. */
export const boundsFault = (
  words: Translate,
  value: number | null,
  { min, max, whole, unit = '' }: { min: number; max: number; whole?: boolean; unit?: string }
): string | undefined => {
  const said = (amount: number): string => `${Number(amount.toFixed(2))}${unit && ` ${unit}`}`;
  if (value === null || Number.isNaN(value))
    return words.__('Enter a number from %1 to %2.', said(min), said(max));
  if (value < min) return words.__('At least %1.', said(min));
  if (value > max) return words.__('At most %1.', said(max));
  if (whole && !Number.isInteger(value)) return words.__('Enter a whole number.');
  return undefined;
};

export const NumberField = ({
  label,
  hint,
  error,
  value,
  onChange,
  min,
  max,
  step = 1,
  unit,
  disabledReason
}: NumberFieldProps) => {
  const words = useWords();
  const off = Boolean(disabledReason);
  const fault = boundsFault(words, value, { min, max, whole: Number.isInteger(step), ...(unit && { unit }) });
  return (
    <Field label={label} hint={disabledReason ?? hint} error={error ?? (off ? undefined : fault)}>
      {wiring => (
        <span className="hop-NumberField">
          <input
            {...wiring}
            className="hop-Input"
            type="number"
            inputMode={Number.isInteger(step) ? 'numeric' : 'decimal'}
            value={value ?? ''}
            min={min}
            max={max}
            step={step}
            disabled={off}
            onChange={event => {
              const { valueAsNumber } = event.target;
              onChange(Number.isNaN(valueAsNumber) ? null : valueAsNumber);
            }}
          />
          {unit && <span className="hop-NumberField-unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
};

export type MemoryFieldProps = Omit<NumberFieldProps, 'step' | 'unit'>;

const inGibibytes = (bytes: number): number => Number((bytes / gibibyte).toFixed(3));

/** An amount of memory: bytes for the program, GiB for the person. */
export const MemoryField = ({ value, onChange, min, max, ...rest }: MemoryFieldProps) => (
  <NumberField
    {...rest}
    unit="GiB"
    step={0.5}
    min={inGibibytes(min)}
    max={inGibibytes(max)}
    value={value === null ? null : inGibibytes(value)}
    onChange={amount => {
      onChange(amount === null ? null : Math.round(amount * gibibyte));
    }}
  />
);

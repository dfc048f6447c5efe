import { Field, type FieldProps } from './field.js';

export interface SelectFieldProps<V extends string> extends FieldProps {
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
  readonly disabled?: boolean;
}

export const SelectField = <V extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
  disabled = false
}: SelectFieldProps<V>) => (
  <Field label={label} hint={hint} error={error}>
    {wiring => (
      <select
        {...wiring}
        className="hop-Input"
        value={value}
        disabled={disabled}
        onChange={event => {
          const chosen = options.find(option => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    )}
  </Field>
);

import { Field, type FieldProps } from './field.js';

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'search' | 'date';
  /** Names it to the browser and to password managers. */
  readonly name?: string;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly placeholder?: string;
  /** Lines; more than one makes it a text area. */
  readonly rows?: number;
  /** Offered while typing. */
  readonly suggestions?: readonly { readonly value: string; readonly label: string }[];
}

export const TextField = ({
  label,
  hint,
  error,
  value,
  onChange,
  type = 'text',
  rows = 1,
  suggestions,
  ...native
}: TextFieldProps) => (
  <Field label={label} hint={hint} error={error}>
    {wiring => {
      const common = { ...native, ...wiring, value, className: 'hop-Input' };
      if (rows > 1)
        return (
          <textarea
            {...common}
            rows={rows}
            onChange={event => {
              onChange(event.target.value);
            }}
          />
        );
      return (
        <>
          <input
            {...common}
            type={type}
            spellCheck={false}
            autoCapitalize="none"
            list={suggestions && `${wiring.id}-list`}
            onChange={event => {
              onChange(event.target.value);
            }}
          />
          {suggestions && (
            <datalist id={`${wiring.id}-list`}>
              {suggestions.map(suggestion => (
                <option key={suggestion.value} value={suggestion.value}>
                  {suggestion.label}
                </option>
              ))}
            </datalist>
          )}
        </>
      );
    }}
  </Field>
);

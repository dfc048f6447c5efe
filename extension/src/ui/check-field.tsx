import { useId } from 'react';

interface CheckFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Something that is on or off. */
export const CheckField = ({ label, hint, checked, disabled = false, onChange }: CheckFieldProps) => {
  const id = useId();
  return (
    <div className="hop-CheckField">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={event => {
          onChange(event.target.checked);
        }}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <div className="hop-Field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
};

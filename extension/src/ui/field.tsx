import { useId, type ReactNode } from 'react';

export interface FieldProps {
  readonly label: string;
  /** What may be entered, or what follows from it. */
  readonly hint?: ReactNode;
  /** What is wrong with it; `undefined` or empty where nothing is. */
  readonly error?: string | undefined;
}

export interface Wiring {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** Label, control, hint and error of one entry, wired together for everybody. */
export const Field = ({
  label,
  hint,
  error,
  children
}: FieldProps & { readonly children: (wiring: Wiring) => ReactNode }) => {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="hop-Field">
      <label className="hop-Field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint ? (
        <div className="hop-Field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      <div className="hop-Field-error" id={`${id}-error`} role="alert">
        {error}
      </div>
    </div>
  );
};

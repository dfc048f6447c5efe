import { useEffect, useId, useState, type ReactNode } from 'react';
import { formatDuration } from './format.js';
import { useWords } from './words.js';

export interface ProgressProps {
  /** What is being done now. */
  readonly step: string;
  /** From 0 to 1; without it the end is not known. */
  readonly fraction?: number | undefined;
  /** When it began: the time since is shown, second by second. */
  readonly since?: string | null | undefined;
  /** A way to stop. */
  readonly action?: ReactNode;
}

const second = 1000;

/** The time since a moment, told anew every second. */
export const Elapsed = ({ since }: { readonly since: string }) => {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, second);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return <span className="hop-Elapsed">{formatDuration(now - Date.parse(since))}</span>;
};

export const Progress = ({ step, fraction, since, action }: ProgressProps) => {
  const id = useId();
  const words = useWords();
  return (
    <div className="hop-Progress">
      <div className="hop-Progress-line">
        <span id={id} role="status">
          {step}
        </span>
        {since && (
          <span className="hop-Progress-time">
            <span className="hop-hidden">{words.__('Elapsed:')} </span>
            <Elapsed since={since} />
          </span>
        )}
        {action}
      </div>
      <progress aria-labelledby={id} max={1} {...(fraction !== undefined && { value: fraction })} />
    </div>
  );
};

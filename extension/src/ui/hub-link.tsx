import { Button } from './button.js';

interface HubLinkProps {
  readonly href: string;
  readonly children: string;
  /** Why it may not be done; shown in its place. */
  readonly refusal?: string | null;
  readonly danger?: boolean;
}

/** Looks like a button and leads to the hub, in a window of its own that knows nothing of this page. */
export const HubLink = ({ href, children, refusal = null, danger = false }: HubLinkProps) =>
  refusal === null ? (
    <a
      className={`hop-Button hop-mod-bare${danger ? ' hop-mod-risky' : ''}`}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
    >
      {children}
    </a>
  ) : (
    <Button look="bare" disabledReason={refusal}>
      {children}
    </Button>
  );

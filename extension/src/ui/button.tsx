import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.js';
import { Tooltip } from './tooltip.js';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly type?: 'button' | 'submit';
  /** `main` for the one thing a page is for, `danger` for what loses something, `bare` inside lists and toolbars. */
  readonly look?: 'main' | 'plain' | 'danger' | 'bare';
  readonly icon?: IconName;
  /** Only the icon is seen; the children are its name. */
  readonly iconOnly?: boolean;
  /** Under way: shown as such, and further clicks do nothing. */
  readonly busy?: boolean;
  /** Why it cannot be used now. It stays reachable, so that everybody can find out. */
  readonly disabledReason?: string | null | undefined;
  readonly pressed?: boolean;
  /** Focused as its dialog opens. */
  readonly autoFocus?: boolean;
}

export const Button = ({
  children,
  onClick,
  type = 'button',
  look = 'plain',
  icon,
  iconOnly = false,
  busy = false,
  disabledReason,
  pressed,
  autoFocus = false
}: ButtonProps) => {
  const off = busy || Boolean(disabledReason);
  const button = (describedBy?: string) => (
    <button
      type={type}
      className={`hop-Button hop-mod-${look}${iconOnly ? ' hop-mod-iconOnly' : ''}`}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-describedby={disabledReason ? describedBy : undefined}
      aria-pressed={pressed}
      autoFocus={autoFocus}
      onClick={event => {
        if (off) event.preventDefault();
        else onClick?.();
      }}
    >
      {busy ? <Icon name="turn" spin /> : icon && <Icon name={icon} />}
      <span className={iconOnly ? 'hop-hidden' : undefined}>{children}</span>
    </button>
  );
  const tip = disabledReason ?? (iconOnly && typeof children === 'string' ? children : null);
  return tip ? <Tooltip text={tip}>{button}</Tooltip> : button();
};

import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

export interface TooltipProps {
  readonly text: string;
  /** Gets the id to put into `aria-describedby` of what the tip explains. */
  readonly children: (describedBy: string) => ReactNode;
}

const gap = 6;
const margin = 8;

/** Words shown while its content is pointed at or focused, in the top layer so that no panel cuts them off. */
export const Tooltip = ({ text, children }: TooltipProps) => {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(false);

  useEffect(() => {
    const box = tip.current;
    const around = anchor.current?.getBoundingClientRect();
    if (!box || !around || !shown) return undefined;
    box.popover = 'manual';
    box.showPopover();
    const { width, height } = box.getBoundingClientRect();
    const below = around.bottom + gap + height < window.innerHeight;
    box.style.top = `${below ? around.bottom + gap : around.top - gap - height}px`;
    box.style.left = `${Math.max(margin, Math.min(around.left, window.innerWidth - width - margin))}px`;
    const hide = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setShown(false);
    };
    document.addEventListener('keydown', hide);
    return () => {
      document.removeEventListener('keydown', hide);
      box.hidePopover();
    };
  }, [shown, text]);

  return (
    <span
      className="hop-Tooltip-anchor"
      ref={anchor}
      onMouseEnter={() => {
        setShown(true);
      }}
      onMouseLeave={() => {
        setShown(false);
      }}
      onFocus={() => {
        setShown(true);
      }}
      onBlur={() => {
        setShown(false);
      }}
    >
      {children(id)}
      <span className="hop-Tooltip" role="tooltip" id={id} ref={tip} hidden={!shown}>
        {text}
      </span>
    </span>
  );
};

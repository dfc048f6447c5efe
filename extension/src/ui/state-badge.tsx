import { Icon, type IconName } from './icons.js';

/** What a state means to a person. */
export type StateTone = 'good' | 'busy' | 'waiting' | 'ended' | 'bad';

const icons: Readonly<Record<StateTone, IconName>> = {
  good: 'check',
  busy: 'turn',
  waiting: 'clock',
  ended: 'dash',
  bad: 'cross'
};

/** A state as icon and word. */
export const StateBadge = ({ tone, children }: { readonly tone: StateTone; readonly children: string }) => (
  <span className={`hop-StateBadge hop-mod-${tone}`}>
    <Icon name={icons[tone]} spin={tone === 'busy'} />
    {children}
  </span>
);

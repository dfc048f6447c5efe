import type { JSX } from 'react';
import { useWords } from '../../ui/index.js';
import type { ISettingsSection } from './projects.tokens.js';

interface Props {
  readonly sections: readonly ISettingsSection[];
  readonly shown: string | undefined;
  readonly show: (id: string) => void;
}

/** The sections by name; the one that is shown is marked. */
export const SettingsNav = ({ sections, shown, show }: Props): JSX.Element => {
  const words = useWords();
  return (
    <nav className="hop-Settings-nav" aria-label={words.__('Sections of the project settings')}>
      <ul>
        {sections.map(({ id, title }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === shown ? 'page' : undefined}
              onClick={() => {
                show(id);
              }}
            >
              {title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
};

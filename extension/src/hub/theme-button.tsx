import { Button, useWords } from '../ui/index.js';
import { useTheme } from './theme.js';

const icons = { system: 'screen', light: 'sun', dark: 'moon' } as const;

export const ThemeButton = () => {
  const words = useWords();
  const { choice, next } = useTheme();
  const names = {
    system: words.__('Theme: system'),
    light: words.__('Theme: light'),
    dark: words.__('Theme: dark')
  };
  return (
    <Button look="bare" icon={icons[choice]} iconOnly onClick={next}>
      {names[choice]}
    </Button>
  );
};

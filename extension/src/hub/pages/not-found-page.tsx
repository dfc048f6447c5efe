import { Link } from 'wouter';
import { EmptyState, useWords } from '../../ui/index.js';
import { Page } from '../page.js';

export const NotFoundPage = () => {
  const words = useWords();
  return (
    <Page title={words.__('Not found')}>
      <h1>{words.__('There is no such page')}</h1>
      <EmptyState
        action={
          <Link href="/" className="hop-Button hop-mod-main">
            {words.__('My projects')}
          </Link>
        }
      >
        {words.__('The address may be mistyped, or what was there is gone.')}
      </EmptyState>
    </Page>
  );
};

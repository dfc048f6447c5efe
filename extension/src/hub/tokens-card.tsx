import { useState } from 'react';
import { Button, formatTime, useWords } from '../ui/index.js';
import { useRevokeToken, useTokens } from './account.model.js';
import { Card } from './card.js';
import { RevocableTable } from './revocable-table.js';
import { scopeWords } from './scope-words.js';
import { TokenDialog } from './token-dialog.js';

/** What programs sign in with: less than their person, for a time. */
export const TokensCard = () => {
  const words = useWords();
  const tokens = useTokens();
  const revoke = useRevokeToken();
  const [making, setMaking] = useState(false);
  const labels = scopeWords(words);
  return (
    <Card
      title={words.__('Access tokens')}
      action={
        <Button
          icon="plus"
          onClick={() => {
            setMaking(true);
          }}
        >
          {words.__('New token')}
        </Button>
      }
    >
      <RevocableTable
        found={tokens}
        empty={words.__('With a token a program outside acts for you, as far as you let it.')}
        columns={[
          {
            title: words.__('Token'),
            cell: token => (
              <>
                {token.name}
                <span className="hub-quiet hub-block">{token.project ?? words.__('all my projects')}</span>
              </>
            )
          },
          {
            title: words.__('It may'),
            cell: token => token.scopes.map(scope => labels[scope]).join(', ')
          },
          { title: words.__('Good until'), cell: token => formatTime(token.expiresAt) }
        ]}
        nameOf={({ name }) => name}
        keyOf={({ id }) => id}
        revoke={revoke}
        consequence={words.__('Programs that use it are refused at once.')}
      />
      {making && (
        <TokenDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </Card>
  );
};

import type { account } from '@hopslab/schema';
import { useState } from 'react';
import { Button, ConfirmDialog, EmptyState, formatTime, ProblemNotice, useWords } from '../ui/index.js';
import { useRevokeToken, useTokens } from './account.model.js';
import { Card } from './card.js';
import { scopeWords } from './scope-words.js';
import { TokenDialog } from './token-dialog.js';

const RevokeDialog = ({
  token,
  onClose
}: {
  readonly token: account.AccessToken;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const revoke = useRevokeToken();
  return (
    <ConfirmDialog
      title={words.__('Revoke %1?', token.name)}
      act={words.__('Revoke')}
      danger
      busy={revoke.isPending}
      onConfirm={() => {
        revoke.mutate(token.id, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <p>{words.__('Programs that use it are refused at once.')}</p>
      {revoke.isError && <ProblemNotice error={revoke.error} />}
    </ConfirmDialog>
  );
};

/** What programs sign in with: less than their person, for a time. */
export const TokensCard = () => {
  const words = useWords();
  const tokens = useTokens();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<account.AccessToken>();
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
      {tokens.isError && <ProblemNotice error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && (
        <EmptyState>
          {words.__('With a token a program outside acts for you, as far as you let it.')}
        </EmptyState>
      )}
      {tokens.data && tokens.data.length > 0 && (
        <table className="hub-Table">
          <thead>
            <tr>
              <th scope="col">{words.__('Token')}</th>
              <th scope="col">{words.__('It may')}</th>
              <th scope="col">{words.__('Good until')}</th>
              <th scope="col">{words.__('Last used')}</th>
              <th scope="col">
                <span className="hop-hidden">{words.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.data.map(token => (
              <tr key={token.id}>
                <th scope="row">
                  {token.name}
                  <span className="hub-quiet hub-block">{token.project ?? words.__('all my projects')}</span>
                </th>
                <td>{token.scopes.map(scope => labels[scope]).join(', ')}</td>
                <td>{formatTime(token.expiresAt)}</td>
                <td>
                  {token.lastUsedAt ? formatTime(token.lastUsedAt) : words.__('never')}
                  {token.lastAddress && <span className="hub-quiet hub-block">{token.lastAddress}</span>}
                </td>
                <td className="hop-mod-end">
                  <Button
                    look="bare"
                    icon="cross"
                    iconOnly
                    onClick={() => {
                      setRevoking(token);
                    }}
                  >
                    {words.__('Revoke %1', token.name)}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {making && (
        <TokenDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
      {revoking && (
        <RevokeDialog
          token={revoking}
          onClose={() => {
            setRevoking(undefined);
          }}
        />
      )}
    </Card>
  );
};

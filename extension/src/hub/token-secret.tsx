import type { account } from '@hopslab/schema';
import { formatTime, useWords } from '../ui/index.js';

/** A new token: it is kept nowhere else, so it is taken now or never. */
export const TokenSecret = ({ made }: { readonly made: account.NewToken }) => {
  const words = useWords();
  return (
    <>
      <p>
        {words.__(
          'Copy the token %1 now: it is shown this once. It is good until %2.',
          made.token.name,
          formatTime(made.token.expiresAt)
        )}
      </p>
      <p>
        <code className="hub-Secret" tabIndex={0}>
          {made.secret}
        </code>
      </p>
      <p className="hub-quiet">{words.__('Programs send it as “Authorization: Bearer …”.')}</p>
    </>
  );
};

import { Link } from 'wouter';
import { Notice, useWords } from '../ui/index.js';
import { useWaitingRequests } from './quota.model.js';

/** Tells an administrator that projects have asked for more. */
export const WaitingRequests = () => {
  const words = useWords();
  const count = useWaitingRequests().data?.length ?? 0;
  if (count === 0) return null;
  return (
    <Notice
      tone="info"
      title={words._n(
        'A request for more quota waits for your answer',
        '%1 requests for more quota wait for your answer',
        count
      )}
      actions={
        <Link href="/admin/machine" className="hop-Button">
          {words.__('See them')}
        </Link>
      }
    />
  );
};

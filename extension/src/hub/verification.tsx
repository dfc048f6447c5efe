import type { audit } from '@hopslab/schema';
import {
  Button,
  formatTime,
  Notice,
  ProblemNotice,
  Progress,
  useWords,
  type Translate
} from '../ui/index.js';
import { useStartVerification, useVerification } from './audit.model.js';

const placeOf = ({ kind, from, to }: audit.Fault, words: Translate): string => {
  if (kind === 'head') return words.__('Line %1 of the signed heads', from);
  return from === to ? words.__('Row %1', from) : words.__('Rows %1 to %2', from, to);
};

const Found = ({
  found,
  by,
  at
}: {
  readonly found: audit.Verification;
  readonly by: string;
  readonly at: string;
}) => {
  const words = useWords();
  const when = <p className="hub-quiet">{words.__('%1, %2', by, formatTime(at))}</p>;
  const { verified, rows, position, signed, faults, moreFaults } = found;
  if (verified)
    return (
      <Notice tone="success" title={words.__('Verified up to row %1', position.toLocaleString())}>
        <p>
          {words._n(
            'One row is as it was written.',
            'All %2 rows are as they were written.',
            rows,
            rows.toLocaleString()
          )}{' '}
          {signed &&
            words.__(
              'The newest signed head is of row %1, %2.',
              signed.position.toLocaleString(),
              formatTime(signed.at)
            )}
        </p>
        {when}
      </Notice>
    );
  return (
    <Notice tone="error" title={words.__('The journal is not as it was written')}>
      <ul>
        {faults.map(fault => (
          <li key={`${fault.kind} ${fault.from}`}>
            {placeOf(fault, words)}: {fault.detail}
          </li>
        ))}
        {moreFaults && <li>{words.__('and more')}</li>}
      </ul>
      {when}
    </Notice>
  );
};

const Last = ({ last }: { readonly last: audit.VerificationState['last'] }) => {
  const words = useWords();
  if (!last) return <p className="hub-quiet">{words.__('Nobody has verified the journal yet.')}</p>;
  if (last.found) return <Found {...last} found={last.found} />;
  return (
    <Notice tone="error" title={words.__('The verification could not be finished')}>
      <p>{words.__('The server’s log says why. Begin it again; nothing has changed.')}</p>
      <p className="hub-quiet">{words.__('%1, %2', last.by, formatTime(last.at))}</p>
    </Notice>
  );
};

/** Up to where the journal is known to be as it was written, and a way to look again. */
export const Verification = () => {
  const words = useWords();
  const verification = useVerification();
  const start = useStartVerification();
  const { running = null, last = null } = verification.data ?? {};
  return (
    <>
      <Button
        icon="check"
        busy={start.isPending || running !== null}
        onClick={() => {
          start.mutate();
        }}
      >
        {words.__('Verify the journal')}
      </Button>
      {start.isError && <ProblemNotice error={start.error} />}
      {verification.isError && (
        <ProblemNotice error={verification.error} onRetry={() => void verification.refetch()} />
      )}
      {running && (
        <Progress
          step={words.__(
            'Row %1 of %2',
            Math.min(running.rows, running.of).toLocaleString(),
            running.of.toLocaleString()
          )}
          fraction={Math.min(1, running.rows / Math.max(1, running.of))}
          since={running.startedAt}
        />
      )}
      {verification.data && !running && <Last last={last} />}
    </>
  );
};

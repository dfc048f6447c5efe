import type { audit } from '@hopslab/schema';
import { AuditView } from '../../domains/audit/audit.panel.js';
import { Button, formatTime, Notice, ProblemNotice, useWords, type Translate } from '../../ui/index.js';
import { usePlatformAudit, useVerification } from '../audit.model.js';
import { Page } from '../page.js';

const nobody = new Map<string, string>();

const placeOf = ({ kind, from, to }: audit.Fault, words: Translate): string => {
  if (kind === 'head') return words.__('Line %1 of the signed heads', from);
  return from === to ? words.__('Row %1', from) : words.__('Rows %1 to %2', from, to);
};

const Found = ({ found }: { readonly found: audit.Verification }) => {
  const words = useWords();
  const { verified, rows, position, signed, faults, moreFaults } = found;
  if (verified)
    return (
      <Notice tone="success" title={words.__('Verified up to row %1', position.toLocaleString())}>
        <p>
          {words._n('One row is as it was written.', 'All %1 rows are as they were written.', rows)}{' '}
          {signed &&
            words.__(
              'The newest signed head is of row %1, %2.',
              signed.position.toLocaleString(),
              formatTime(signed.at)
            )}
        </p>
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
    </Notice>
  );
};

const Verified = () => {
  const words = useWords();
  const verification = useVerification();
  return (
    <section className="hub-Audit-verified" aria-label={words.__('Verification')}>
      <Button
        icon="check"
        busy={verification.isPending}
        onClick={() => {
          verification.mutate(undefined);
        }}
      >
        {words.__('Verify the journal')}
      </Button>
      {verification.isError && <ProblemNotice error={verification.error} />}
      {verification.data && <Found found={verification.data} />}
    </section>
  );
};

/** What happened on the platform, for administrators. */
export const AuditPage = () => {
  const words = useWords();
  const model = usePlatformAudit();
  return (
    <Page title={words.__('Audit')}>
      <div className="hub-Main-head">
        <div>
          <h1>{words.__('Audit')}</h1>
          <p className="hub-quiet">
            {words.__(
              'What happened on the platform and to projects as a whole. What happens inside a project is its data owners’ to see.'
            )}
          </p>
        </div>
      </div>
      <Verified />
      <AuditView model={model} names={nobody} withProject height={480} />
    </Page>
  );
};

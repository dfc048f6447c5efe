import { AuditView } from '../../domains/audit/audit.panel.js';
import { useWords } from '../../ui/index.js';
import { usePlatformAudit } from '../audit.model.js';
import { Page } from '../page.js';
import { Verification } from '../verification.js';

const nobody = new Map<string, string>();

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
      <section className="hub-Audit-verified" aria-label={words.__('Verification')}>
        <Verification />
      </section>
      <AuditView model={model} names={nobody} withProject height={480} />
    </Page>
  );
};

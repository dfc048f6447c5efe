import { useWords } from '../../ui/index.js';
import { Card } from '../card.js';
import { DefaultLimitsCard } from '../default-limits-card.js';
import { MachineCard } from '../machine-card.js';
import { MachineLeasesCard } from '../machine-leases-card.js';
import { Page } from '../page.js';
import { ProjectQuotasCard } from '../project-quotas-card.js';
import { RequestsCard } from '../requests-card.js';
import { ServicesCard } from '../services-card.js';
import { Verification } from '../verification.js';

/** The machine and who holds what of it, for administrators. */
export const MachinePage = () => {
  const words = useWords();
  return (
    <Page title={words.__('Machine')}>
      <div className="hub-Main-head">
        <h1>{words.__('Machine')}</h1>
      </div>
      <div className="hub-Grid">
        <div className="hub-Column">
          <MachineCard />
          <RequestsCard />
        </div>
        <div className="hub-Column">
          <ServicesCard />
          <Card title={words.__('The journal')}>
            <Verification />
          </Card>
        </div>
      </div>
      <MachineLeasesCard />
      <ProjectQuotasCard />
      <DefaultLimitsCard />
    </Page>
  );
};

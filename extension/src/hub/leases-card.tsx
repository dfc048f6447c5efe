import { Elapsed, EmptyState, formatBytes, ProblemNotice, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { purposeOf, reasonsOf } from './leases.words.js';
import { useLeases } from './quota.model.js';

export const LeasesCard = ({ project, me }: { readonly project: string; readonly me: string }) => {
  const words = useWords();
  const leases = useLeases(project);
  return (
    <Card title={words.__('Who holds what')}>
      {leases.isError && <ProblemNotice error={leases.error} onRetry={() => void leases.refetch()} />}
      {leases.data?.length === 0 && (
        <EmptyState>{words.__('Nobody holds any of the project’s quota now.')}</EmptyState>
      )}
      {leases.data && leases.data.length > 0 && (
        <table className="hub-Table">
          <thead>
            <tr>
              <th scope="col">{words.__('Who')}</th>
              <th scope="col">{words.__('For')}</th>
              <th scope="col" className="hop-mod-end">
                {words.__('Cores')}
              </th>
              <th scope="col" className="hop-mod-end">
                {words.__('Memory')}
              </th>
              <th scope="col" className="hop-mod-end">
                {words.__('Since')}
              </th>
            </tr>
          </thead>
          <tbody>
            {leases.data.map(lease => (
              <tr key={lease.id}>
                <th scope="row">{lease.user === me ? words.__('%1 (you)', lease.user) : lease.user}</th>
                <td>
                  {purposeOf(words, lease)}
                  {reasonsOf(lease) && <div className="hub-quiet">{reasonsOf(lease)}</div>}
                </td>
                <td className="hop-mod-end">{lease.cores}</td>
                <td className="hop-mod-end">{formatBytes(lease.memory)}</td>
                <td className="hop-mod-end">
                  <Elapsed since={lease.since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
};

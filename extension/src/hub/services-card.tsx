import type { admin } from '@hopslab/schema';
import { Elapsed, ProblemNotice, StateBadge, useWords, type StateTone, type Translate } from '../ui/index.js';
import { Card } from './card.js';
import { useServices } from './machine.model.js';

type Service = admin.Ready['services'][number];

const tones: Readonly<Record<Service['state'], StateTone>> = {
  starting: 'busy',
  ready: 'good',
  failed: 'bad',
  stopped: 'ended'
};

const stateWord = (state: Service['state'], words: Translate): string =>
  ({
    starting: words.__('starting'),
    ready: words.__('ready'),
    failed: words.__('failed'),
    stopped: words.__('stopped')
  })[state];

/** How each of the platform's own processes is. */
export const ServicesCard = () => {
  const words = useWords();
  const services = useServices();
  return (
    <Card title={words.__('Services')}>
      {services.isError && <ProblemNotice error={services.error} onRetry={() => void services.refetch()} />}
      {services.data && (
        <>
          <table className="hub-Table">
            <thead>
              <tr>
                <th scope="col">{words.__('Service')}</th>
                <th scope="col">{words.__('State')}</th>
                <th scope="col" className="hop-mod-end">
                  {words.__('For')}
                </th>
                <th scope="col" className="hop-mod-end">
                  {words.__('Restarts')}
                </th>
              </tr>
            </thead>
            <tbody>
              {services.data.services.map(({ name, state, since, restarts, reason }) => (
                <tr key={name}>
                  <th scope="row" className="hop-mod-word">
                    {name}
                  </th>
                  <td>
                    <StateBadge tone={tones[state]}>{stateWord(state, words)}</StateBadge>
                    {reason && <div className="hub-quiet">{reason}</div>}
                  </td>
                  <td className="hop-mod-end">
                    <Elapsed since={since} />
                  </td>
                  <td className="hop-mod-end">{restarts}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="hub-quiet">{words.__('Version %1', services.data.build)}</p>
        </>
      )}
    </Card>
  );
};

import { limitKinds } from '../domains/quota/quota.words.js';
import { ProblemNotice, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { useMachine } from './machine.model.js';

/** What everybody may hold who was set nothing else. */
export const DefaultLimitsCard = () => {
  const words = useWords();
  const machine = useMachine();
  const shown = (amount: number | null, show: (amount: number) => string): string =>
    amount === null ? words.__('no limit') : show(amount);
  return (
    <Card title={words.__('Default limits')}>
      {machine.isError && <ProblemNotice error={machine.error} onRetry={() => void machine.refetch()} />}
      {machine.data && (
        <table className="hub-Table">
          <thead>
            <tr>
              <th scope="col">{words.__('Limit')}</th>
              <th scope="col" className="hop-mod-end">
                {words.__('A project')}
              </th>
              <th scope="col" className="hop-mod-end">
                {words.__('A user in it')}
              </th>
            </tr>
          </thead>
          <tbody>
            {limitKinds(words).map(({ key, label, show, of }) => (
              <tr key={key}>
                <th scope="row">{label}</th>
                <td className="hop-mod-end">{shown(of(machine.data.defaults.project), show)}</td>
                <td className="hop-mod-end">{shown(of(machine.data.defaults.user), show)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="hub-quiet">
        {words.__('They are set where Hopslab is started: HOPSLAB_PROJECT_QUOTA and HOPSLAB_USER_QUOTA.')}
      </p>
    </Card>
  );
};

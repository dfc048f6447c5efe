import { useWords } from '../../ui/index.js';
import { Page } from '../page.js';
import { OwnDevicesCard } from '../own-devices-card.js';
import { PasswordCard } from '../password-card.js';
import { SecondFactorCard } from '../second-factor-card.js';
import { SessionsCard } from '../sessions-card.js';
import { TokensCard } from '../tokens-card.js';

/** What a person has to do with their own account. */
export const AccountPage = () => {
  const words = useWords();
  return (
    <Page title={words.__('Your account')}>
      <h1>{words.__('Your account')}</h1>
      <SessionsCard />
      <OwnDevicesCard />
      <TokensCard />
      <PasswordCard />
      <SecondFactorCard />
    </Page>
  );
};

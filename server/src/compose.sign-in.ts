import type { Config } from './config.js';
import {
  accountRoutes,
  authRoutes,
  createAccessTokensService,
  createAuthService,
  createAuthStore,
  createConfirmation,
  createNotebookClaims,
  createNotebookCookies,
  createNotebookEntry,
  createPasswordsService,
  createSecondFactor,
  createSessionsService,
  createThrottle,
  createTokens,
  notebookEntryPages
} from './domains/auth/index.js';
import type { ApiRouter } from './http/bind.js';
import type { Db } from './platform/db.js';
import type { Origins } from './platform/origins.js';
import { secretKey } from './platform/secrets.js';

/** Who somebody is: signing in at the hub, what an account holds, and the way from there to a notebook server. */
export const composeSignIn = (db: Db, { data }: Config, origins: Origins) => {
  const tokens = createTokens(secretKey(data, 'tokens'));
  const cookies = createNotebookCookies(secretKey(data, 'notebook-cookie'));
  const entry = createNotebookEntry({ db, origins, cookies });
  const throttle = createThrottle();
  const confirm = createConfirmation(db, throttle);
  const key = secretKey(data, 'second-factor');
  const secondFactor = createSecondFactor({ db, throttle, key, confirm });
  const auth = createAuthService({ db, tokens, throttle, origins, secondFactor });
  const account = {
    sessions: createSessionsService(db),
    accessTokens: createAccessTokensService(db),
    passwords: createPasswordsService(db, confirm),
    secondFactor
  };
  return {
    auth,
    tokens,
    entry,
    notebookClaims: createNotebookClaims(db, cookies),
    pages: notebookEntryPages(entry, origins),
    routes(api: ApiRouter): void {
      authRoutes(api, auth, tokens, origins);
      accountRoutes(api, account, origins);
    },
    removeExpired: () => createAuthStore(db).removeExpired()
  };
};

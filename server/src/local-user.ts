import { auth } from '@hopslab/schema';
import type { AuthService } from './domains/auth/index.js';
import { commandLine } from './platform/actor.js';
import { problem } from './platform/problem.js';

/** Makes a user from the machine itself, held to the same contract as over the API. */
export const makeLocalUser = async (service: AuthService, given: object): Promise<auth.User> => {
  const checked = auth.NewUser.safeParse(given);
  if (checked.success) return service.createUser(commandLine, checked.data);
  throw problem(
    'request.invalid',
    checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  );
};

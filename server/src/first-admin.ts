import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthService } from './domains/auth/index.js';
import { commandLine } from './platform/actor.js';

export type FirstAdmin =
  | { readonly created: false }
  | { readonly created: true; readonly username: string; readonly password: string };

const username = 'admin';

/**
 * Makes the first administrator. The password lies in a file of the secrets until whoever shows it has done so and
 * removes the file: an installation that is interrupted in between shows it the next time.
 */
export const makeFirstAdmin = async (auth: AuthService, data: string): Promise<FirstAdmin> => {
  const unseen = join(data, 'secrets', 'first-password');
  if (!(await auth.firstAdmin())) {
    mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 });
    const password = randomBytes(15).toString('base64url');
    writeFileSync(unseen, password, { mode: 0o600 });
    await auth.createUser(commandLine, { username, password, displayName: 'Administrator', admin: true });
  }
  if (!existsSync(unseen)) return { created: false };
  return { created: true, username, password: readFileSync(unseen, 'utf8') };
};

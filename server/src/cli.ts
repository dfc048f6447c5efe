import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { compose } from './compose.js';
import { readConfig } from './config.js';
import { makeDemo } from './demo.js';
import { makeFirstAdmin } from './first-admin.js';
import { holdDatabase } from './hold-database.js';
import { makeLocalUser } from './local-user.js';
import { commandLine } from './platform/actor.js';
import { connect } from './platform/db.js';
import { record } from './platform/journal.js';
import { createLogger } from './platform/logger.js';
import { ProblemError } from './platform/problem.js';

const usage = `usage: cli first-admin | create-user NAME [--display-name TEXT] [--admin] < password | demo FOLDER | verify-audit | rotate-device-ca | hold-database`;

const wrongUsage = (): never => {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
};

const say = (answer: object): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { admin: { type: 'boolean', default: false }, 'display-name': { type: 'string' } }
});
const [verb, subject] = positionals;

const config = readConfig();
const platform = compose(config, createLogger('cli', 'warn'));

const createUser = async (name: string): Promise<void> => {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  const displayName = values['display-name'] ?? name;
  say(await makeLocalUser(platform.auth, { username: name, password, displayName, admin: values.admin }));
};

/** For `./hopslab admin backup`, which writes a line when it has copied what it was told is fit. */
const hold = async (): Promise<void> => {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const db = connect(config.databaseUrl, 1, 0);
  try {
    await record(db, { actor: commandLine, project: null, action: 'backup.begun', asset: 'platform' });
    await holdDatabase(db, async told => {
      say(told);
      if ((await lines.next()).done) throw new Error('whoever copied has gone away');
    });
  } finally {
    await db.destroy();
    // Whoever waits for our end does not let go of it first.
    process.stdin.destroy();
  }
};

try {
  if (verb === 'first-admin') say(await makeFirstAdmin(platform.auth, config.data));
  else if (verb === 'create-user' && subject) await createUser(subject);
  else if (verb === 'demo' && subject) say(await makeDemo(platform, subject));
  else if (verb === 'verify-audit') say(await platform.audit.verify());
  else if (verb === 'hold-database') await hold();
  else if (verb === 'rotate-device-ca') await platform.rotateDeviceAuthority();
  else wrongUsage();
} catch (error) {
  process.stderr.write(`${error instanceof ProblemError ? error.detail : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await platform.close();
}

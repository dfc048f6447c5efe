/*
 * A platform that takes a share back and is killed over it. Started with a database, the folders of the sandboxes, and
 * the milliseconds that it has after the commit.
 */
import { createBubblewrapSandbox } from '../adapters/sandbox/bubblewrap.sandbox.js';
import { identity, shim } from '../adapters/sandbox/sandbox.fixture.js';
import type { Actor } from '../platform/actor.js';
import { connect } from '../platform/db.js';
import { createSharesService } from '../domains/datasets/index.js';
import { followGrants } from '../domains/notebooks/index.js';
import { createShared } from '../domains/notebooks/notebooks.shares.js';
import { createNotebooksStore } from '../domains/notebooks/notebooks.store.js';

const [url = '', run = '', logs = '', after = ''] = process.argv.slice(2);
const db = connect(url, 3);
const disk = { own: 2 ** 30, reserve: 0 };
const shared = createShared(db, createBubblewrapSandbox({ run, logs, shim, identity, disk }));
const shares = createSharesService({ db, onGrants: followGrants, holders: () => Promise.resolve([]) });
const ada: Actor = {
  user: { name: 'ada', displayName: 'Ada', admin: false },
  channel: 'hub',
  session: null,
  address: null,
  requestId: null,
  member: { project: 'atlas', role: 'data_owner' }
};
const [server] = await createNotebooksStore(db).runningIn('borea');
if (!server) throw new Error('nothing runs in borea');

await shares.withdraw(ada, { owner: 'atlas', dataset: 'genes', project: 'borea' });
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
if (after === '0') die();
setTimeout(die, Number(after));
await shared.takeBack(server, ['/project/shared/atlas::genes']);
// Done before its time: whoever comes then has nothing left to do.
die();

import { join } from 'node:path';
import { pathsOf } from '../adapters/sandbox/sandbox.paths.js';
import { readConfig } from '../config.js';
import { connect } from '../platform/db.js';
import { createLogger } from '../platform/logger.js';
import { publicBut } from './addresses.js';
import { createEgress } from './egress.js';
import { askNameServers } from './reach.js';

/*
 * The sandboxes' way to the internet, a process of its own: it holds no key of the platform, what data owners' programs
 * transfer delays nobody's notebook, and while it is away there is no way out.
 *
 * A CONNECT's way: door (one sandbox's socket) -> serve -> destination (what can be read in two ways is refused) ->
 * admission (may they, now?) -> diary (who reached what) -> reach (where is it, is that on the internet?) -> tunnels.
 * doors follows what the database says, and ends what may not be open any more.
 */

const config = readConfig();
const logger = createLogger('egress', config.logLevel);
const db = connect(config.databaseUrl, 4);

const egress = createEgress({
  url: config.databaseUrl,
  db,
  logger,
  socketOf: sandbox => join(pathsOf(config.run, sandbox).api, 'egress.sock'),
  resolve: askNameServers(),
  isAllowed: publicBut(config.egressClosed),
  ports: config.egressPorts,
  base: config.base
});
logger.info({ build: config.build }, 'the way to the internet is ready');
process.send?.({ ready: true });

const stop = (): void => {
  setTimeout(() => process.exit(0), 3000).unref();
  void egress
    .close()
    .then(() => db.destroy())
    .finally(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);

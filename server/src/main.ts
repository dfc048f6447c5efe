import { compose } from './compose.js';
import { readConfig } from './config.js';
import { listen } from './http/listen.js';
import { connect } from './platform/db.js';
import { createLogger } from './platform/logger.js';
import { migrate } from './platform/migrate.js';

// The supervisor hands the listening socket over as descriptor 3, and we end with it.
const inherited = 3;

const config = readConfig();
const logger = createLogger('server', config.logLevel);

// A migration may take long.
const db = connect(config.databaseUrl, 1, 0);
await migrate(db);
await db.destroy();

const platform = compose(config, logger);
await platform.start();
const server = await listen(platform.handler, { fd: inherited });
logger.info({ build: config.build }, 'the API server is ready');
process.send?.({ ready: true });

const stop = (): void => {
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => process.exit(0), 3000);
  void platform.close().finally(() => {
    clearTimeout(late);
    process.exit(0);
  });
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);

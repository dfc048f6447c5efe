import { connect } from '../platform/db.js';
import { createLogger } from '../platform/logger.js';
import { createEgress } from './egress.js';

// The way to the internet as a process of its own, to be killed: `database URL, folder of sandboxes, port`.
const [url = '', folder = '', port = ''] = process.argv.slice(2);
const internet = '127.0.0.2';
createEgress({
  url,
  db: connect(url, 2),
  logger: createLogger('egress', 'fatal'),
  socketOf: sandbox => `${folder}/${sandbox}/api/egress.sock`,
  resolve: name => Promise.resolve(name === 'site.example' ? [internet] : []),
  isAllowed: address => address === internet,
  ports: [Number(port)],
  base: 'hub.example'
});

/*
 * Writes and chains a journal until it is killed. Started with a database and a data folder; says on standard output
 * how many rows were accepted.
 */
import { platform } from '../../platform/actor.js';
import { connect } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { createLogger } from '../../platform/logger.js';
import { createHeads } from './audit.heads.js';
import { createSequencer } from './audit.sequencer.js';

const [url = '', data = ''] = process.argv.slice(2);
const db = connect(url, 6);
const sequencer = createSequencer({ db, heads: createHeads(data), logger: createLogger('test', 'fatal') });
let accepted = 0;

const write = async (writer: number): Promise<never> => {
  for (let n = 0; ; n++) {
    await db.transaction(trx =>
      record(trx, { actor: platform, project: null, action: 'test', asset: `${writer}:${n}` })
    );
    accepted += 1;
    process.stdout.write(`${accepted}\n`);
  }
};

for (const writer of [1, 2, 3]) void write(writer);
for (;;) await sequencer.run();

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platform } from '../../platform/actor.js';
import { record } from '../../platform/journal.js';
import { createLogger } from '../../platform/logger.js';
import { testDatabase } from '../../testing/database.js';
import { createHeads } from './audit.heads.js';
import { createSequencer } from './audit.sequencer.js';
import { createAuditService } from './audit.service.js';

/** A journal of its own, with its chain and signed heads. */
export const journalUnderTest = async () => {
  const database = await testDatabase();
  const { db, url } = database;
  const data = mkdtempSync(join(tmpdir(), 'hopslab-audit-'));
  const heads = createHeads(data);
  const sequencerOf = () => createSequencer({ db, heads, logger: createLogger('test', 'silent') });
  return {
    db,
    url,
    data,
    heads,
    service: createAuditService({ db, heads }),
    /** Writes rows, places them and signs the end. */
    async write(count: number): Promise<void> {
      for (let n = 0; n < count; n++)
        await record(db, { actor: platform, project: null, action: 'test', asset: `n:${n}`, data: { n } });
      const sequencer = sequencerOf();
      await sequencer.run();
      await sequencer.close();
    },
    async close(): Promise<void> {
      await database.close();
      rmSync(data, { recursive: true, force: true });
    }
  };
};
export type JournalUnderTest = Awaited<ReturnType<typeof journalUnderTest>>;

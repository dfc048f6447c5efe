import { writeFileSync } from 'node:fs';
import { connect } from '../platform/db.js';
import { migrate } from '../platform/migrate.js';
import { startPostgres } from './postgres.js';
import { dumpSchema } from './schema-dump.js';

const postgres = await startPostgres();
try {
  const db = connect(postgres.url('postgres'), 1);
  await migrate(db);
  writeFileSync(new URL('../../schema.sql', import.meta.url), await dumpSchema(db));
  await db.destroy();
} finally {
  await postgres.stop();
}

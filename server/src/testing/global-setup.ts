import type { TestProject } from 'vitest/node';
import { connect } from '../platform/db.js';
import { migrate } from '../platform/migrate.js';
import { startPostgres } from './postgres.js';

export const template = 'template_hopslab';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string;
  }
}

/** One cluster for the run, with a migrated template that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  const admin = connect(postgres.url('postgres'), 1);
  await admin.raw(`create database ${template}`);
  await admin.destroy();
  const db = connect(postgres.url(template), 1);
  await migrate(db);
  await db.destroy();
  project.provide('postgres', postgres.url('DATABASE'));
  return () => postgres.stop();
}

import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type Db } from '../platform/db.js';
import { template } from './global-setup.js';

/** A fresh, migrated database of its own on the run's cluster. */
export const testDatabase = async (): Promise<{ db: Db; url: string; close: () => Promise<void> }> => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const url = inject('postgres').replace('DATABASE', name);
  const admin = connect(inject('postgres').replace('DATABASE', 'postgres'), 1);
  await admin.raw(`create database ${name} template ${template}`);
  await admin.destroy();
  const db = connect(url, 5);
  return { db, url, close: () => db.destroy() };
};

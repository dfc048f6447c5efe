import { nullTranslator } from '@jupyterlab/translation';
import type { audit } from '@hopslab/schema';
import { expect, it } from 'vitest';
import { sentenceOf } from './audit.words.js';

const trans = nullTranslator.load('hopslab');
const names = new Map([
  ['ada', 'Ada Lovelace'],
  ['bob', 'Bob']
]);
const told = (row: Partial<audit.AuditRow>): string =>
  sentenceOf({ actor: 'ada', action: '', asset: '', outcome: 'done', data: {}, ...row }, names, trans);

it('tells in words what happened', () => {
  expect(told({ action: 'member.added', asset: 'member:bob', data: { role: 'data_scientist' } })).toBe(
    'Ada Lovelace added Bob as data scientist'
  );
  expect(told({ action: 'file.downloaded', asset: 'file:genome/a:b.parquet' })).toBe(
    'Ada Lovelace downloaded genome/a:b.parquet'
  );
  expect(told({ actor: '(platform)', action: 'notebook.failed', asset: 'notebook-server:bob' })).toBe(
    'The notebook server of Bob failed'
  );
  expect(told({ actor: '(anonymous)', action: 'login', asset: 'user:ada', outcome: 'refused' })).toBe(
    'A sign-in as Ada Lovelace failed'
  );
  expect(told({ actor: 'eve', action: 'putMember', asset: '/api/v1/projects/x', outcome: 'refused' })).toBe(
    'eve was refused: Add a member or change their role'
  );
});

it.each([
  ['service.disabled', 'service:notebooks', {}, 'Ada Lovelace switched notebooks off'],
  ['file.moved', 'file:genome/a', { to: 'Models/b' }, 'Ada Lovelace moved genome/a to Models/b'],
  ['file.copied', 'file:genome/a', { to: 'Models/b' }, 'Ada Lovelace copied genome/a to Models/b'],
  [
    'file.uploaded',
    'file:genome/2026',
    { batch: 'b', files: 2000 },
    'Ada Lovelace uploaded 2000 files to genome/2026'
  ],
  ['file.uploaded', 'file:genome/a', { size: 1 }, 'Ada Lovelace uploaded genome/a'],
  ['file.unzipped', 'file:genome/a', { from: 'a.zip' }, 'Ada Lovelace unpacked a.zip to genome/a'],
  ['trash.emptied', 'trash', {}, 'Ada Lovelace emptied the trash'],
  ['folder.created', 'file:genome/2026', {}, 'Ada Lovelace made the folder genome/2026'],
  ['share.offered', 'dataset:genes', { project: 'borea' }, 'Ada Lovelace offered genes to the project borea'],
  ['share.offered', 'dataset:atlas::genes', {}, 'Ada Lovelace offered atlas::genes to this project'],
  ['model.registered', 'model:digits/3', {}, 'Ada Lovelace registered the model digits/3'],
  ['share.withdrawn', 'dataset:genes', { project: 'borea' }, 'Ada Lovelace took genes back'],
  ['project.archived', 'project:atlas', {}, 'Ada Lovelace archived the project atlas'],
  ['device.revoked', 'device:bob__phone', {}, 'Ada Lovelace revoked the device bob__phone'],
  [
    'pending.asked',
    'pending:1',
    { summary: 'Remove bob.' },
    'A notebook of Ada Lovelace asked for this: Remove bob.'
  ],
  ['token.created', 'token:1', { name: 'nightly' }, 'Ada Lovelace made the access token nightly'],
  ['session.ended', 'user:ada', {}, 'A sign-in of Ada Lovelace was ended']
])('has words for %s', (action, asset, data, sentence) => {
  expect(told({ action, asset, data })).toBe(sentence);
});

it('tells what it has no words for as it is', () => {
  expect(told({ action: 'constructor', asset: 'thing:1' })).toBe('Ada Lovelace: constructor, thing:1');
});

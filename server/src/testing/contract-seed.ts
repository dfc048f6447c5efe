import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOTP, Secret } from 'otpauth';
import { hashPassword } from '../domains/auth/auth.passwords.js';
import type { Db } from '../platform/db.js';
import { createClient, type Client } from './client.js';
import { notebookHeadersOf, personalHeadersOf } from './doors.js';
import { password } from './password.js';

interface Where {
  readonly db: Db;
  readonly data: string;
  readonly base: string;
  readonly port: number;
}

type Ways = Awaited<ReturnType<typeof personalHeadersOf>>;

const project = '/api/v1/projects/atlas';
const sweep = {
  name: 'sweep',
  metric: 'accuracy',
  direction: 'maximize',
  algorithm: 'random',
  space: { rate: { kind: 'uniform', low: 0, high: 1 } },
  planned: 2,
  parallel: 1
};
const trial = { number: 0, state: 'complete', params: { rate: 0.5 }, value: 0.9, metrics: { accuracy: 0.9 } };
const also = [{ metric: 'size', direction: 'minimize' }];

/** Makes what cannot be, fail at once: everything is there, or nothing is worth being asked. */
const done = async (client: Client, method: string, path: string, body?: unknown): Promise<never> => {
  const answer = await client.send(method, path, body === undefined ? {} : { body });
  if (answer.status < 300) return answer.body as never;
  throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
};

const addPeople = async (db: Db): Promise<void> => {
  const hash = await hashPassword(password);
  const people = ['root', 'ada', 'bob', 'cy', 'dee', 'eve'];
  await db('users').insert(
    people.map(name => ({ name, display_name: name, password_hash: hash, admin: name === 'root' }))
  );
};

/** A second factor that is on, with one of its recovery codes. */
const addSecondFactor = async (person: Client): Promise<string> => {
  const { secret } = (await done(person, 'POST', '/api/v1/auth/second-factor', { password })) as {
    secret: string;
  };
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const { recoveryCodes } = (await done(person, 'PUT', '/api/v1/auth/second-factor', { code })) as {
    recoveryCodes: string[];
  };
  return recoveryCodes[0] ?? '';
};

const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

const writeModels = (data: string): void => {
  for (const version of ['1', '2']) {
    const files = join(data, 'projects', 'atlas', 'Models', 'digits', version);
    mkdirSync(files, { recursive: true });
    writeFileSync(join(files, 'model.pkl'), 'x');
  }
};

/**
 * Root the administrator, ada and cy the data owners of atlas, bob its data scientist, dee and eve in none of it; and
 * in atlas one of everything. Answers what each of them sends, and what is there by the names that requests give it.
 */
export const seedContract = async ({ db, data, base, port }: Where) => {
  await addPeople(db);
  const anonymous = createClient({ host: `${base}:${port}`, port, hostname: '127.0.0.1' });
  const [root, ada, bob, eve] = (await Promise.all(
    ['root', 'ada', 'bob', 'eve'].map(name => personalHeadersOf(anonymous, name))
  )) as [Ways, Ways, Ways, Ways];
  const owner = anonymous.with(ada.hub);

  for (const name of ['atlas', 'other'])
    await done(name === 'atlas' ? owner : anonymous.with(eve.hub), 'POST', '/api/v1/projects', { name });
  await done(owner, 'POST', `${project}/members`, {
    members: [
      { user: 'bob', role: 'data_scientist' },
      { user: 'cy', role: 'data_owner' }
    ]
  });
  await done(owner, 'POST', `${project}/datasets`, { name: 'digits' });
  const other = anonymous.with(eve.hub);
  const share = { project: 'other', permission: 'read_only' };
  await done(owner, 'POST', `${project}/datasets/digits/shares`, share);
  const offered = { project: 'atlas', permission: 'editable' };
  const offer = (await done(other, 'POST', '/api/v1/projects/other/datasets/Models/shares', offered)) as {
    offerId: string;
  };
  await done(owner, 'PUT', `${project}/datasets/digits/public`);
  await done(other, 'POST', '/api/v1/projects/other/datasets', { name: 'atoms' });
  await done(other, 'PUT', '/api/v1/projects/other/datasets/atoms/public');
  const found = { project: 'other', dataset: 'atoms' };
  await done(owner, 'POST', `${project}/datasets/import-public`, found);
  const token = (await done(owner, 'POST', '/api/v1/auth/tokens', {
    name: 'script',
    scopes: ['read', 'compute', 'manage'],
    days: 30
  })) as { token: { id: string }; secret: string };
  const program = { authorization: `Bearer ${token.secret}` };
  const experiment = (await done(anonymous.with(program), 'POST', `${project}/experiments`, {
    ...sweep,
    also
  })) as { id: string };
  await done(anonymous.with(program), 'POST', `${project}/experiments/${experiment.id}/trials/batch`, {
    trials: [{ ...trial, metrics: { ...trial.metrics, size: 7 } }],
    curves: [{ number: trial.number, points: [{ index: 0, step: 0, value: 0.5 }] }]
  });
  const endedExperiment = (await done(anonymous.with(program), 'POST', `${project}/experiments`, sweep)) as {
    id: string;
  };
  await done(anonymous.with(program), 'PUT', `${project}/experiments/${endedExperiment.id}/provenance`, {
    ...{ function: 'train', program: null, before: [], python: '3.11.2', packages: { numpy: '1.26.4' } },
    resources: { executors: 0, cores: 1, memory: 1, gpus: 0 },
    ...{ files: [], filesLeftOut: 0 }
  });
  const end = { state: 'stopped' };
  await done(anonymous.with(program), 'POST', `${project}/experiments/${endedExperiment.id}/finish`, end);
  writeModels(data);
  for (const version of [1, 2])
    await done(anonymous.with(program), 'POST', `${project}/models/digits/versions`, { version });
  const metrics = { accuracy: 0.9 };
  await done(anonymous.with(program), 'PUT', `${project}/models/digits/versions/1`, { metrics });
  await done(owner, 'POST', `${project}/devices/phone/certificate`, { format: 'pem' });
  const asked = (await done(owner, 'POST', `${project}/quota/requests`, {
    asked: { cores: 9 },
    reason: 'more'
  })) as { id: string };
  await db('leases').insert({
    ...{ id: randomUUID(), project: 'atlas', username: 'cy', purpose: 'notebook', state: 'held' },
    ...{ executors: 0, cores: 1, memory: 1, gpus: 0, total_cores: 1, total_memory: 1, gpu_indexes: [] }
  });
  await done(owner, 'PUT', `${project}/notebook-server`, {
    executors: 0,
    cores: 1,
    memory: 2 ** 30,
    gpus: 0,
    wait: true
  });

  const { host, ...inBrowser } = await notebookHeadersOf(
    { db, config: { data, base, port } },
    'ada',
    'atlas'
  );
  const notebook = { host, ...inBrowser };
  const held = (await done(anonymous.with(notebook), 'DELETE', `${project}/members/bob`)) as {
    pending: { id: string };
  };
  await db('pending_acts').update({ expires_at: db.raw(`now() + interval '1 day'`) });
  await db('seen_bytes').insert({
    project: 'atlas',
    day: db.raw('current_date'),
    username: 'bob',
    source: experiment.id,
    bytes: 1
  });
  const recoveryCode = await addSecondFactor(anonymous.with(bob.hub));

  const refresh = (await done(anonymous, 'POST', '/api/v1/auth/login', { username: 'eve', password })) as {
    refreshToken: string;
  };
  const sessions = (await done(owner, 'GET', '/api/v1/auth/sessions')) as { items: { id: string }[] };

  const kept = randomUUID();
  const deleted = { id: kept, project: 'atlas', dataset: 'digits', path: 'old.csv', kind: 'file' };
  await db('trash').insert({ ...deleted, bytes: 2, files: 1, deleted_by: 'ada', state: 'kept' });
  const operation = randomUUID();
  await db('operations').insert({
    ...{ id: operation, project: 'atlas', kind: 'copy', state: 'done', dataset: 'digits', path: 'x 2.csv' },
    ...{ done_bytes: 2, total_bytes: 2, started_by: 'ada', ended_at: db.fn.now() }
  });

  const upload = randomUUID();
  await db('uploads').insert({
    ...{
      id: upload,
      project: 'atlas',
      dataset: 'digits',
      stored_by: 'atlas',
      path: 'z.csv',
      length: 2 ** 20
    },
    ...{ project_user: 'atlas__ada', if_match: '', if_none_match: '' },
    expires_at: db.raw(`now() + interval '1 day'`)
  });

  const contents: Readonly<Record<string, string | Buffer>> = { 'empty.csv': '', 'x.zip': emptyZip };
  const names = ['x.ipynb', 'x.csv', ...Object.keys(contents)];
  const writeInto = (path: string): void => {
    mkdirSync(path, { recursive: true });
    for (const name of readdirSync(path))
      if (!names.includes(name)) rmSync(join(path, name), { recursive: true, force: true });
    for (const name of names) writeFileSync(join(path, name), contents[name] ?? '{}');
  };
  const writeFiles = (): void => {
    for (const dataset of ['Jupyter', 'digits']) {
      const path = join(data, 'projects', 'atlas', dataset);
      try {
        writeInto(path);
      } catch {
        // The files of a project that was deleted are taken away at some time: just now.
        writeInto(path);
      }
    }
    writeModels(data);
    const trash = join(data, 'projects', '.deleted', 'atlas');
    mkdirSync(trash, { recursive: true });
    writeFileSync(join(trash, kept), '{}');
  };
  writeFiles();

  return {
    people: {
      administrator: { hub: root.hub },
      owner: { hub: ada.hub, token: program },
      scientist: { hub: bob.hub, token: bob.token },
      stranger: { token: eve.token },
      notebook: { notebook },
      anonymous: {}
    },
    values: {
      password,
      refreshToken: refresh.refreshToken,
      recoveryCode,
      experiment: experiment.id,
      endedExperiment: endedExperiment.id,
      session: sessions.items[0]?.id,
      token: token.token.id,
      pending: held.pending.id,
      request: asked.id,
      offer: offer.offerId,
      trash: kept,
      operation,
      upload
    },
    writeFiles
  };
};

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { base as experiments, startLab, sweep, type Lab } from '../../testing/lab.js';

const project = '/api/v1/projects/atlas';
let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const actions = (name: string): Promise<string[]> =>
  lab.test.db('journal').where({ project: name, outcome: 'done' }).orderBy('id').pluck<string[]>('action');

describe('services', () => {
  it('are chosen when the project is made; those that are off cannot be used', async () => {
    const made = await lab.owner.send('POST', '/api/v1/projects', {
      body: { name: 'quiet', services: ['notebooks'] }
    });
    expect(made.body).toMatchObject({ services: ['notebooks'], state: 'active' });
    const begin = () => lab.owner.send('POST', '/api/v1/projects/quiet/experiments', { body: sweep });
    expect(await begin()).toMatchObject({ status: 409, body: { code: 'service.off' } });
    const put = (enabled: boolean) =>
      lab.owner.send('PUT', '/api/v1/projects/quiet/services/experiments', { body: { enabled } });
    expect(await put(true)).toMatchObject({ status: 200, body: { name: 'experiments', enabled: true } });
    expect((await begin()).status).toBe(201);
    await put(false);
    await put(false);
    expect((await lab.owner.send('GET', '/api/v1/projects/quiet/services')).body).toMatchObject({
      items: [
        { name: 'notebooks', enabled: true },
        { name: 'experiments', enabled: false }
      ]
    });
    expect((await actions('quiet')).filter(action => action.startsWith('service'))).toEqual([
      'service.enabled',
      'service.disabled'
    ]);
  });

  it.each(['kafka', 'Notebooks', 'x'])('do not include %s', async name => {
    expect(await lab.owner.send('GET', `${project}/services/${name}`)).toMatchObject({ status: 400 });
    expect(
      await lab.owner.send('POST', '/api/v1/projects', { body: { name: 'odd', services: [name] } })
    ).toMatchObject({ status: 400 });
  });
});

describe('an archived project', () => {
  it('can be looked at and left, not worked in, and comes back', async () => {
    const id = await lab.begin();
    expect(await lab.bob.send('POST', `${project}/archive`)).toMatchObject({ status: 403 });
    expect((await lab.owner.send('POST', `${project}/archive`)).body).toMatchObject({ state: 'archived' });
    expect((await lab.owner.send('POST', `${project}/archive`)).status).toBe(200);

    expect((await lab.bob.send('GET', project)).body).toMatchObject({ state: 'archived' });
    expect((await lab.bob.send('GET', `${experiments}/${id}`)).body).toMatchObject({
      state: 'stopped',
      reason: 'The project was archived.'
    });
    const archived = { status: 409, body: { code: 'project.archived' } };
    expect(await lab.driver.send('POST', experiments, { body: sweep })).toMatchObject(archived);
    expect(await lab.owner.send('PATCH', project, { body: { description: 'x' } })).toMatchObject(archived);
    expect(
      await lab.owner.send('PUT', `${project}/datasets/Jupyter/files/a.py`, { raw: 'print(1)' })
    ).toMatchObject(archived);

    expect((await lab.owner.send('POST', `${project}/unarchive`)).body).toMatchObject({ state: 'active' });
    expect((await lab.driver.send('POST', experiments, { body: sweep })).status).toBe(201);
    const told = (await actions('atlas')).filter(action => action.startsWith('project.'));
    expect(told).toEqual(['project.created', 'project.archived', 'project.unarchived']);
  });
});

describe('a deleted project', () => {
  const folder = (...parts: string[]) => join(lab.test.config.data, 'projects', ...parts);

  it('is asked for by its name, and is then gone for everybody; its name is not given again', async () => {
    const begun = await lab.begin();
    await lab.owner.send('PUT', `${project}/datasets/Jupyter/files/kept.py`, { raw: 'print(1)' });
    expect(await lab.owner.send('DELETE', project, { body: { confirm: 'Atlas' } })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ pointer: '/body/confirm' }] }
    });
    expect((await lab.owner.send('GET', project)).status).toBe(200);

    expect((await lab.owner.send('DELETE', project, { body: { confirm: 'atlas' } })).status).toBe(204);
    for (const member of [lab.owner, lab.bob, lab.eve])
      expect(await member.send('GET', project)).toMatchObject({ status: 404 });
    expect((await lab.driver.send('GET', project)).status).toBe(401);
    expect((await lab.owner.send('GET', '/api/v1/projects')).body).not.toMatchObject({
      items: [{ name: 'atlas' }]
    });
    expect(await lab.bob.send('POST', '/api/v1/projects', { body: { name: 'atlas' } })).toMatchObject({
      status: 409,
      body: { code: 'project.name-taken' }
    });
    expect(await lab.test.db('experiments').where({ id: begun }).first('state', 'reason')).toEqual({
      state: 'stopped',
      reason: 'The project was deleted.'
    });
    expect((await actions('atlas')).at(-1)).toBe('project.deleted');
  });

  it('has its files in the trash, where no reconciler makes new ones', async () => {
    await vi.waitFor(
      () => {
        expect(existsSync(folder('.trash', 'atlas', 'Jupyter', 'kept.py'))).toBe(true);
      },
      { timeout: 30_000, interval: 100 }
    );
    await lab.test.platform.datasets.reconcile();
    expect(existsSync(folder('atlas'))).toBe(false);
    const row = await lab.test.db('projects').where({ name: 'atlas' }).first<{ trashed_at: Date | null }>();
    expect(row.trashed_at).not.toBeNull();
  });
});

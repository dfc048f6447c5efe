import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../testing/lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  for (const [name, editable] of [
    ['genes', false],
    ['notes', true]
  ] as const)
    await lab.owner.send('POST', '/api/v1/projects/atlas/datasets', { body: { name, editable } });
});
afterAll(() => lab.test.close());

const ask = (asset: string, more = '') =>
  lab.eve.send('GET', `/api/v1/projects/atlas/access?asset=${encodeURIComponent(asset)}${more}`);

/** What bob, a data scientist, and ada, the data owner, may do with an asset, by which grant. */
const rights = async (asset: string): Promise<Record<string, Record<string, string>>> => {
  const { items } = (await ask(asset)).body as {
    items: { user: string; rights: { action: string; by: string }[] }[];
  };
  return Object.fromEntries(
    items.map(({ user, rights: has }) => [
      user,
      Object.fromEntries(has.map(({ action, by }) => [action, by]))
    ])
  );
};

describe('who can do what', () => {
  it('with the project is told by the role', async () => {
    const { ada, bob } = await rights('project:atlas');
    expect(ada).toMatchObject({ 'members.manage': 'role', 'project.delete': 'role' });
    expect(bob).toMatchObject({ 'notebook.run': 'role' });
    expect(bob).not.toHaveProperty('members.manage');
    expect(bob).not.toHaveProperty('data.export');
  });

  it('with a dataset depends on what the dataset says', async () => {
    expect((await rights('dataset:genes'))['bob']).toEqual({ 'dataset.view': 'role' });
    expect((await rights('dataset:notes'))['bob']).toMatchObject({ 'dataset.write': 'editable' });
    expect((await rights('dataset:Models'))['bob']).toMatchObject({ 'dataset.write': 'built-in' });
    expect((await rights('dataset:genes'))['ada']).toMatchObject({
      'dataset.write': 'role',
      'data.export': 'role'
    });
    expect((await rights('file:Jupyter/a/b.ipynb'))['bob']).toMatchObject({ 'program.download': 'role' });
    expect((await rights('file:genes/a.csv'))['bob']).not.toHaveProperty('data.export');
  });

  it('with a member and an experiment depends on whose it is', async () => {
    expect((await rights('member:bob'))['bob']).toEqual({ 'members.view': 'role', 'members.leave': 'self' });
    expect((await rights('member:bob'))['ada']).toEqual({ 'members.view': 'role', 'members.manage': 'role' });
    const id = await lab.begin();
    const { ada, bob, eve } = await rights(`experiment:${id}`);
    expect(bob).toMatchObject({ 'experiment.stop': 'creator', 'experiment.report': 'creator' });
    expect(ada).toMatchObject({ 'experiment.stop': 'role' });
    expect(eve).toEqual({ 'experiment.view': 'role' });
  });

  it('comes in pages', async () => {
    const first = (await ask('project:atlas', '&limit=2')).body as { items: object[]; nextCursor: string };
    expect(first.items).toMatchObject([{ user: 'ada' }, { user: 'bob' }]);
    expect((await ask('project:atlas', `&limit=2&cursor=${first.nextCursor}`)).body).toMatchObject({
      items: [{ user: 'eve' }],
      nextCursor: null
    });
  });

  it.each([
    ['dataset:nothing', 404, 'dataset.unknown'],
    ['dataset:\u0000', 400, 'request.invalid'],
    ['file:nothing/x', 404, 'dataset.unknown'],
    ['experiment:1', 404, 'experiment.unknown'],
    ['member:nobody', 404, 'member.unknown'],
    ['project:other', 404, 'project.unknown'],
    ['topic:x', 400, 'request.invalid'],
    ['__proto__:x', 400, 'request.invalid'],
    ['dataset', 400, 'request.invalid']
  ])('is not told of %s', async (asset, status, code) => {
    expect(await ask(asset)).toMatchObject({ status, body: { code } });
  });
});

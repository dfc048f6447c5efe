import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base as experiments, startLab, type Lab } from '../../testing/lab.js';

const members = '/api/v1/projects/atlas/members';
let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const people = async (prefix: string, count: number): Promise<string[]> => {
  const names = Array.from({ length: count }, (_none, i) => `${prefix}${String(i)}`);
  const rows = names.map(name => ({ name, display_name: name.toUpperCase(), password_hash: 'x' }));
  await lab.test.db('users').insert(rows);
  return names;
};
const asScientists = (users: readonly string[]) => users.map(user => ({ user, role: 'data_scientist' }));
const rolesNow = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await lab.test.db('members').where({ project: 'atlas' }).select('username', 'role')).map(
      ({ username, role }: { username: string; role: string }) => [username, role]
    )
  );

describe('many members', () => {
  it('are added in one request, each with its row in the journal', async () => {
    const names = await people('many', 100);
    const added = await lab.owner.send('POST', members, { body: { members: asScientists(names) } });
    expect(added.status).toBe(200);
    expect((added.body as { items: object[] }).items).toHaveLength(100);
    const rows = await lab.test
      .db('journal')
      .where({ action: 'member.added' })
      .whereLike('asset', 'member:many%');
    expect(rows).toHaveLength(100);
  });

  it('are added all or none, and every name that is nobody’s is named', async () => {
    const [known = ''] = await people('some', 1);
    const wanted = asScientists([known, 'nobody_one', 'bob', 'nobody_two']);
    expect(await lab.owner.send('POST', members, { body: { members: wanted } })).toMatchObject({
      status: 404,
      body: {
        code: 'user.unknown',
        errors: [{ pointer: '/body/members/1/user' }, { pointer: '/body/members/3/user' }]
      }
    });
    expect(await rolesNow()).not.toHaveProperty(known);
  });

  it('keep the role that they have, and the same key gets the same answer', async () => {
    const [fresh = ''] = await people('fresh', 1);
    const body = { members: [{ user: 'bob', role: 'data_owner' }, ...asScientists([fresh])] };
    const headers = { 'idempotency-key': 'add-1' };
    const first = await lab.owner.send('POST', members, { body, headers });
    expect(first.body).toMatchObject({ items: [{ user: 'bob', role: 'data_scientist' }, { user: fresh }] });
    expect((await lab.owner.send('POST', members, { body, headers })).body).toEqual(first.body);
    expect(await rolesNow()).toMatchObject({ bob: 'data_scientist', [fresh]: 'data_scientist' });
  });

  it('are not named twice', async () => {
    const body = { members: asScientists(['eve', 'eve']) };
    expect(await lab.owner.send('POST', members, { body })).toMatchObject({ status: 400 });
  });
});

describe('a stale ETag', () => {
  const tagOf = async (user: string): Promise<string> =>
    String((await lab.owner.send('GET', `${members}/${user}`)).headers['etag']);
  const put = (user: string, role: string, tag: string) =>
    lab.owner.send('PUT', `${members}/${user}`, { body: { role }, headers: { 'if-match': tag } });

  it('changes nothing', async () => {
    const tag = await tagOf('eve');
    const changed = await put('eve', 'data_owner', tag);
    expect(changed.status).toBe(200);
    expect(changed.headers['etag']).toBe(await tagOf('eve'));
    const stale = { status: 412, body: { code: 'request.stale' } };
    expect(await put('eve', 'data_scientist', tag)).toMatchObject(stale);
    const headers = { 'if-match': tag };
    expect(await lab.owner.send('DELETE', `${members}/eve`, { headers })).toMatchObject(stale);
    expect(await rolesNow()).toMatchObject({ eve: 'data_owner' });
    expect((await put('eve', 'data_scientist', `"x", ${await tagOf('eve')}`)).status).toBe(200);
  });

  it('is also one of somebody who is no member', async () => {
    await people('guest', 1);
    expect(await put('guest0', 'data_scientist', '*')).toMatchObject({ status: 412 });
    expect(await rolesNow()).not.toHaveProperty('guest0');
  });

  it('of a description is refused too', async () => {
    const project = '/api/v1/projects/atlas';
    const tag = String((await lab.owner.send('GET', project)).headers['etag']);
    const patch = (description: string) =>
      lab.owner.send('PATCH', project, { body: { description }, headers: { 'if-match': tag } });
    expect((await patch('one')).status).toBe(200);
    expect(await patch('two')).toMatchObject({ status: 412, body: { code: 'request.stale' } });
    expect((await lab.owner.send('GET', project)).body).toMatchObject({ description: 'one' });
  });
});

describe('leaving', () => {
  it('is everybody’s own act, but not the last data owner’s', async () => {
    expect(await lab.eve.send('DELETE', `${members}/bob`)).toMatchObject({
      status: 403,
      body: { code: 'access.denied' }
    });
    expect((await lab.eve.send('DELETE', `${members}/eve`)).status).toBe(204);
    expect(await lab.eve.send('GET', members)).toMatchObject({ status: 404 });
    expect(await lab.owner.send('DELETE', `${members}/ada`)).toMatchObject({
      status: 409,
      body: { code: 'member.last-owner' }
    });
    const rows = await lab.test.db('journal').where({ action: 'member.left' });
    expect(rows).toMatchObject([{ asset: 'member:eve' }]);
  });
});

describe('what a member runs', () => {
  it('is shown before they are removed, and stopped with that; finished trials are kept', async () => {
    const id = await lab.begin();
    const trial = (number: number, state: string, value: number | null) => ({
      number,
      state,
      params: { C: 1 },
      value
    });
    await lab.report(id, [trial(0, 'complete', 0.9), trial(1, 'running', null)]);
    expect((await lab.owner.send('GET', `${members}/bob/holdings`)).body).toMatchObject({
      notebookServer: null,
      leases: [],
      experiments: [{ id, name: 'digits' }]
    });
    expect(await lab.owner.send('GET', `${members}/nobody/holdings`)).toMatchObject({
      status: 404,
      body: { code: 'member.unknown' }
    });

    expect((await lab.owner.send('DELETE', `${members}/bob`)).status).toBe(204);
    const { body } = await lab.owner.send('GET', `${experiments}/${id}`);
    expect(body).toMatchObject({
      state: 'stopped',
      reason: 'bob was removed from the project.',
      best: { value: 0.9 },
      trialCounts: { complete: 1, stopped: 1, running: 0 }
    });
    expect((await lab.report(id, [trial(1, 'complete', 1)])).status).toBe(401);
    expect((await lab.owner.send('GET', `${experiments}/${id}`)).body).toEqual(body);
  });
});

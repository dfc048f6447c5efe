import type { experiments as contract } from '@hopslab/schema';
import { startPlatform, type TestPlatform } from './platform.js';
import type { Answer, Client } from './client.js';

export interface Lab {
  readonly test: TestPlatform;
  /** A data owner, and two data scientists: bob, who runs experiments, and eve. */
  readonly owner: Client;
  readonly bob: Client;
  readonly eve: Client;
  /** Bob's sandbox. */
  readonly driver: Client;
  begin(more?: object): Promise<string>;
  report(id: string, trials: readonly object[]): Promise<Answer>;
  experiment(id: string): Promise<contract.Experiment>;
  trials(id: string): Promise<contract.Trial[]>;
}

export const base = '/api/v1/projects/atlas/experiments';

export const sweep = {
  name: 'digits',
  metric: 'accuracy',
  direction: 'maximize',
  algorithm: 'random',
  space: {
    C: { kind: 'loguniform', low: 0.001, high: 1000 },
    kernel: { kind: 'choice', options: ['rbf', 'poly'] }
  },
  planned: 40,
  parallel: 3
};

/** A platform with a project, its members and one of their sandboxes. */
export const startLab = async (more?: { readonly reserve?: number }): Promise<Lab> => {
  const test = await startPlatform(more);
  const [owner, bob, eve] = await Promise.all([test.user('ada'), test.user('bob'), test.user('eve')]);
  await owner.send('POST', '/api/v1/projects', { body: { name: 'atlas' } });
  for (const user of ['bob', 'eve'])
    await owner.send('PUT', `/api/v1/projects/atlas/members/${user}`, { body: { role: 'data_scientist' } });
  const driver = await test.sandbox({ project: 'atlas', user: 'bob', sandbox: 'bobs' });
  return {
    test,
    owner,
    bob,
    eve,
    driver,
    begin: async more =>
      ((await driver.send('POST', base, { body: { ...sweep, ...more } })).body as { id: string }).id,
    report: (id, trials) => driver.send('POST', `${base}/${id}/trials/batch`, { body: { trials } }),
    experiment: async id => (await bob.send('GET', `${base}/${id}`)).body as contract.Experiment,
    trials: async id =>
      ((await bob.send('GET', `${base}/${id}/trials?limit=1000`)).body as { items: contract.Trial[] }).items
  };
};

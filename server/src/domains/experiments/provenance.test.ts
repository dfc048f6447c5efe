import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, startLab, type Lab } from '../../testing/lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.test.close());

const told = {
  function: 'train',
  program: 'Jupyter/digits.ipynb',
  before: ['import numpy as np'],
  python: '3.11.2',
  packages: { numpy: '1.26.4', 'scikit-learn': '1.7.0' },
  resources: { executors: 2, cores: 1, memory: 2 ** 30, gpus: 0 },
  files: [{ path: '/project/Raw/a.csv', size: 12, modifiedAt: '2026-11-29T10:00:00.000Z' }],
  filesLeftOut: 3
};
const tell = (id: string, body: object = told, who = lab.driver) =>
  who.send('PUT', `${base}/${id}/provenance`, { body });
const read = (id: string, who = lab.bob) => who.send('GET', `${base}/${id}/provenance`);

describe('what an experiment is made of', () => {
  it('is what its driver told last, for every member; equal environments are kept once', async () => {
    const [one, two] = [await lab.begin(), await lab.begin()];
    expect(await read(one)).toMatchObject({ status: 404, body: { code: 'provenance.none' } });
    const first = await tell(one, { ...told, files: [] });
    expect(first).toMatchObject({ status: 200 });
    const reordered = { 'scikit-learn': '1.7.0', numpy: '1.26.4' };
    expect(await tell(one)).toMatchObject({ body: first.body });
    expect(await tell(two, { ...told, packages: reordered })).toMatchObject({ body: first.body });
    expect(await read(one)).toMatchObject({ status: 200, body: { ...told, experiment: one, epoch: 1 } });
    expect(await lab.test.db('environment_locks').count()).toMatchObject([{ count: 1 }]);
    await tell(two, { ...told, python: '3.12.1' });
    expect((await read(two)).body).not.toMatchObject({ environment: (first.body as Told).environment });
  });

  it('is told by its present driver only, and by nobody once it has ended', async () => {
    const id = await lab.begin();
    expect(await tell(id, { ...told, epoch: 2 })).toMatchObject({
      status: 409,
      body: { code: 'experiment.resumed' }
    });
    await lab.driver.send('POST', `${base}/${id}/finish`, { body: { state: 'stopped' } });
    expect(await tell(id)).toMatchObject({ status: 409, body: { code: 'experiment.ended' } });
    expect(await tell('00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
    const again = { body: { parallel: 1 } };
    await lab.driver.send('POST', `${base}/${id}/resume`, again);
    expect(await tell(id, { ...told, epoch: 2, function: 'again' })).toMatchObject({ status: 200 });
    expect(await read(id)).toMatchObject({ body: { epoch: 2, function: 'again' } });
  });

  it('is bounded, and fit for the database whatever it holds', async () => {
    const id = await lab.begin();
    const file = told.files[0];
    const many = { ...told, files: Array.from({ length: 501 }, () => file) };
    expect(await tell(id, many)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    const odd = { ...told, program: 'a\0\ud800', packages: { 'a\0b': '1' } };
    expect(await tell(id, odd)).toMatchObject({ status: 200 });
    expect(await read(id)).toMatchObject({ status: 200, body: { program: 'a\ufffd\ufffd' } });
  });
});

interface Told {
  readonly environment: string;
}

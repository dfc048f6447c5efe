import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDemo } from './demo.js';
import { startPlatform, type TestPlatform } from './testing/platform.js';

let test: TestPlatform;
let folder: string;

beforeEach(async () => {
  test = await startPlatform();
  folder = mkdtempSync(join(tmpdir(), 'hopslab-demo-'));
  mkdirSync(join(folder, 'digits'));
  mkdirSync(join(folder, 'Jupyter'));
  writeFileSync(join(folder, 'digits', 'digits.parquet'), 'PAR1');
  writeFileSync(join(folder, 'Jupyter', 'digits_sweep.ipynb'), '{}');
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await test.close();
});

const placed = (...names: string[]) => join(test.config.data, 'projects', 'demo', ...names);

describe('the demo', () => {
  it('is the first administrator’s project with data and a notebook, made once', async () => {
    expect(await makeDemo(test.platform, folder)).toMatchObject({
      created: false,
      files: [],
      reason: /administrator/
    });
    const admin = await test.user('root', { admin: true });
    await test.user('second', { admin: true });
    expect(await makeDemo(test.platform, folder)).toEqual({
      project: 'demo',
      created: true,
      files: ['digits/digits.parquet', 'Jupyter/digits_sweep.ipynb']
    });
    expect((await admin.send('GET', '/api/v1/projects')).body).toMatchObject({
      items: [{ name: 'demo', role: 'data_owner' }]
    });
    expect(
      await admin.send('GET', '/api/v1/projects/demo/datasets/digits/files/digits.parquet')
    ).toMatchObject({ body: 'PAR1' });
    expect(await makeDemo(test.platform, folder)).toEqual({ project: 'demo', created: false, files: [] });
  });

  it('puts back what is missing and leaves what people have changed', async () => {
    await test.user('root', { admin: true });
    await makeDemo(test.platform, folder);
    writeFileSync(placed('Jupyter', 'digits_sweep.ipynb'), 'mine');
    rmSync(placed('digits', 'digits.parquet'));
    expect(await makeDemo(test.platform, folder)).toMatchObject({
      created: false,
      files: ['digits/digits.parquet']
    });
    expect(readFileSync(placed('Jupyter', 'digits_sweep.ipynb'), 'utf8')).toBe('mine');
  });

  it('does not enter a project of that name that belongs to somebody else', async () => {
    const ada = await test.user('ada');
    await ada.send('POST', '/api/v1/projects', { body: { name: 'demo' } });
    await test.user('root', { admin: true });
    expect(await makeDemo(test.platform, folder)).toMatchObject({
      created: false,
      files: [],
      reason: /somebody else/
    });
  });
});

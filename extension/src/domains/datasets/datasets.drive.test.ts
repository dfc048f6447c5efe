import type { Contents } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend, type Backend } from '../../../ui-tests/backend.js';
import { createApi } from '../../api/index.js';
import { createProjectModel } from '../projects/projects.model.js';
import type { IProject } from '../projects/projects.tokens.js';
import { createDatasetsDrive, type DatasetsDrive } from './datasets.drive.js';
import { createDatasetsModel } from './datasets.model.js';
import { isReadOnly } from './datasets.rights.js';

const trans = nullTranslator.load('hopslab');

let backend: Backend;
let project: IProject;
let drive: DatasetsDrive;
let changes: Contents.IChangedArgs[];

const asScientist = (): void => {
  const projectUser = { name: 'demo', role: 'data_scientist', projectUser: 'demo__ada' } as const;
  backend.me = { ...backend.me, project: projectUser };
};
const start = async (): Promise<void> => {
  project = createProjectModel(createApi({ base: backend.base }));
  await project.known;
  const model = createDatasetsModel(project);
  drive = createDatasetsDrive({
    model,
    work: { copy: () => Promise.resolve(true) },
    words: trans,
    isReadOnly: one => isReadOnly(project, one)
  });
  changes = [];
  drive.fileChanged.connect((who, change) => {
    expect(who).toBe(drive);
    changes.push(change);
  });
};
const itemsOf = async (path: string): Promise<Contents.IModel[]> =>
  (await drive.get(path)).content as Contents.IModel[];
const namesIn = async (path: string): Promise<string[]> => (await itemsOf(path)).map(({ name }) => name);
const failure = (promise: Promise<unknown>): Promise<Error & { response?: { status: number } }> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as Error
  );

beforeEach(async () => {
  backend = await startBackend();
  backend.datasets.put('Raw/2026/a.csv', 'x,y\n');
  backend.datasets.put('Raw/b.bin', Buffer.from([0, 255, 1]));
});

afterEach(async () => {
  drive.dispose();
  project.dispose();
  await backend.close();
});

describe('the drive', () => {
  it('has the datasets at its root, read-only where my programs may not write', async () => {
    asScientist();
    await start();
    const root = await itemsOf('');
    expect(root.map(({ name, writable }) => [name, writable])).toEqual([
      ['Jupyter', true],
      ['Logs', false],
      ['Raw', false]
    ]);
    expect(root[2]).toMatchObject({
      type: 'directory',
      description: 'Readings of the sensors, as they came'
    });
  });

  it('lists folders, and what their files are', async () => {
    await start();
    expect(await namesIn('Raw')).toEqual(['2026', 'b.bin']);
    expect(await itemsOf('Raw/2026')).toMatchObject([{ path: 'Raw/2026/a.csv', type: 'file', size: 4 }]);
    expect(await drive.get('Raw/2026', { content: false })).toMatchObject({ type: 'directory' });
    expect((await failure(drive.get('Raw/none'))).response?.status).toBe(404);
  });

  it('says where a folder has more than is shown, and is narrowed there', async () => {
    for (let number = 0; number < 1001; number += 1) backend.datasets.put(`Raw/many/${number}.csv`, '');
    await start();
    expect(await namesIn('Raw/many')).toHaveLength(1000);
    expect(drive.hasMore).toBe(true);
    drive.part = '1000';
    expect(await namesIn('Raw/many')).toEqual(['1000.csv']);
    expect(drive.hasMore).toBe(false);
  });

  it('reads text, bytes and notebooks, each as its editor asks', async () => {
    backend.datasets.put('Jupyter/n.ipynb', '{"cells":[]}');
    backend.datasets.put('Jupyter/broken.ipynb', '{');
    await start();
    expect(await drive.get('Raw/2026/a.csv')).toMatchObject({ format: 'text', content: 'x,y\n' });
    expect(await drive.get('Raw/b.bin', { format: 'base64' })).toMatchObject({ content: 'AP8B' });
    expect(await drive.get('Jupyter/n.ipynb')).toMatchObject({ type: 'notebook', content: { cells: [] } });
    expect((await failure(drive.get('Raw/b.bin'))).message).toContain('not text');
    expect((await failure(drive.get('Jupyter/broken.ipynb'))).message).toContain('no notebook');
  });

  it('saves only what is still as it was read, unless JupyterLab has shown that it is not', async () => {
    await start();
    const edit = { type: 'file', format: 'text', content: 'mine' } as const;
    await drive.get('Raw/2026/a.csv');
    const saved = await drive.save('Raw/2026/a.csv', edit);
    backend.datasets.put('Raw/2026/a.csv', 'theirs');
    expect(await drive.get('Raw/2026/a.csv', { content: false })).toMatchObject({ hash: saved.hash ?? '' });
    expect((await failure(drive.save('Raw/2026/a.csv', edit))).response?.status).toBe(412);
    expect(backend.datasets.text('Raw/2026/a.csv')).toBe('theirs');
    const other = await drive.get('Raw/2026/a.csv', { content: false });
    expect(other.hash).not.toBe(saved.hash);
    await drive.save('Raw/2026/a.csv', edit);
    expect(backend.datasets.text('Raw/2026/a.csv')).toBe('mine');
    expect(changes.map(({ type }) => type)).toEqual(['save', 'save']);
  });

  it('puts nothing over a file that it has not read', async () => {
    await start();
    const edit = { type: 'file', format: 'text', content: 'mine' } as const;
    expect((await failure(drive.save('Raw/2026/a.csv', edit))).response?.status).toBe(412);
    await drive.upload('Raw/2026/a.csv', new Blob(['new']), true);
    await drive.upload('Raw/c.csv', new Blob(['c']), false);
    expect(backend.datasets.text('Raw/2026/a.csv')).toBe('new');
    expect((await failure(drive.upload('Raw/c.csv', new Blob(['d']), false))).response?.status).toBe(412);
  });

  it('makes what is new under a free name', async () => {
    await start();
    const names: string[] = [];
    for (const type of ['directory', 'directory', 'notebook', 'file'] as const)
      names.push(
        (await drive.newUntitled({ path: 'Raw', type, ...(type === 'file' && { ext: 'py' }) })).name
      );
    expect(names).toEqual(['Untitled Folder', 'Untitled Folder 1', 'Untitled.ipynb', 'untitled.py']);
    expect(JSON.parse(backend.datasets.text('Raw/Untitled.ipynb') ?? '')).toMatchObject({ nbformat: 4 });
    expect((await failure(drive.newUntitled({ path: '', type: 'file' }))).message).toContain(
      'open one first'
    );
  });

  it('moves between folders and datasets, over nothing', async () => {
    backend.datasets.put('Logs/a.csv', '');
    await start();
    await drive.get('Raw/2026/a.csv');
    await drive.rename('Raw/2026', 'Logs/2026');
    expect(backend.datasets.text('Logs/2026/a.csv')).toBe('x,y\n');
    expect(changes[0]).toMatchObject({ type: 'rename', oldValue: { path: 'Raw/2026' } });
    expect((await failure(drive.rename('Logs/2026/a.csv', 'Logs/a.csv'))).response?.status).toBe(409);
    expect((await failure(drive.rename('Logs', 'Log'))).message).toContain('a whole dataset');
  });

  it('deletes a folder with what is in it, never a dataset', async () => {
    await start();
    await drive.delete('Raw/2026');
    expect([...backend.datasets.files.keys()]).toEqual(['Raw/b.bin']);
    expect((await failure(drive.delete('Raw'))).message).toContain('a whole dataset');
  });

  it('refuses in the words of the server', async () => {
    asScientist();
    await start();
    const refused = await failure(drive.get('Raw/2026/a.csv'));
    expect(refused.message).toBe(
      '2026/a.csv is data, and the right data.export is missing: a data owner has it.'
    );
  });

  it('keeps no checkpoints, and lets documents be saved all the same', async () => {
    await start();
    expect(await drive.listCheckpoints('Raw/2026/a.csv')).toEqual([]);
    await drive.createCheckpoint('Raw/2026/a.csv');
    await failure(drive.restoreCheckpoint('Raw/2026/a.csv', ''));
    expect(await drive.getDownloadUrl('Raw/b.bin')).toBe(
      `${backend.base}/api/v1/projects/demo/datasets/Raw/files/b.bin`
    );
    await vi.waitFor(() => {
      expect(project.link).toBe('live');
    }, 10_000);
  });
});

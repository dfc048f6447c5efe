import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '../../platform/actor.js';
import { ProblemError } from '../../platform/problem.js';
import type { FileStore } from '../../ports/file-store.js';
import { testDatabase } from '../../testing/database.js';
import { createProjectsService } from '../projects/index.js';
import { createDatasetsService } from './datasets.service.js';
import { createPublicService } from './public.service.js';
import {
  beginning,
  mountsIn,
  names,
  step,
  type Deed,
  type Name,
  type World
} from './shares.model.fixture.js';
import { createSharesService } from './shares.service.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let datasets: ReturnType<typeof createDatasetsService>;
let shares: ReturnType<typeof createSharesService>;
let publicDatasets: ReturnType<typeof createPublicService>;
let projects: ReturnType<typeof createProjectsService>;

const ofMember = (project: Name): Actor => ({
  user: { name: 'ada', displayName: 'Ada', admin: false },
  channel: 'hub',
  session: 'session',
  address: '192.0.2.1',
  requestId: 'request',
  member: { project, role: 'data_owner' }
});

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  // No file is touched: where a dataset lies is enough.
  const files = {
    ensure: () => Promise.resolve(),
    folderOf: ({ project, dataset }: { project: string; dataset: string }) => `/${project}/${dataset}`
  } as unknown as FileStore;
  datasets = createDatasetsService({ db, files });
  const between = { db, onGrants: () => Promise.resolve(), holders: () => Promise.resolve([]) };
  shares = createSharesService(between);
  publicDatasets = createPublicService(between);
  projects = createProjectsService({
    db,
    onEnd: [],
    onChange: [],
    onCreate: [],
    onClose: async (...closed) => {
      await shares.endThoseOf(...closed);
      await publicDatasets.endThoseOf(...closed);
    },
    useOf: () => Promise.reject(new Error('nobody asks'))
  });
  await db('users').insert({ name: 'ada', display_name: 'Ada', password_hash: '' });
  for (const name of names) {
    await projects.create(ofMember(name), { name, description: '' });
    await datasets.create(ofMember(name), name, { name: 'genes', description: '', editable: false });
  }
});
afterAll(() => database.close());

const reset = async (): Promise<void> => {
  const { db } = database;
  for (const table of ['shares', 'public_uses', 'public_datasets']) await db(table).delete();
  await db('projects').update({ state: 'active' });
  for (const project of names)
    await db('members').insert({ project, username: 'ada', role: 'data_owner' }).onConflict().ignore();
};

interface Done {
  readonly deed: Deed;
  readonly answer: string;
  readonly id: string;
}

const perform = async (deed: Deed, owners: ReadonlyMap<string, Name>): Promise<string> => {
  switch (deed.does) {
    case 'offer': {
      const { owner, project, permission } = deed;
      const at = { owner, dataset: 'genes', project };
      return (await shares.offer(ofMember(owner), at, { project, permission, message: '' })).offerId;
    }
    case 'accept':
    case 'reject': {
      const project = owners.get(deed.offer) ?? 'atlas';
      return (await shares[deed.does](ofMember(project), project, deed.offer)).id;
    }
    case 'withdraw':
      await shares.withdraw(ofMember(deed.owner), { ...deed, dataset: 'genes' });
      return '';
    case 'change':
      await shares.change(ofMember(deed.owner), { ...deed, dataset: 'genes' }, deed.permission);
      return '';
    case 'publish':
    case 'unpublish': {
      const act = deed.does === 'publish' ? publicDatasets.makePublic : publicDatasets.makePrivate;
      await act(ofMember(deed.owner), { owner: deed.owner, dataset: 'genes' });
      return '';
    }
    case 'add': {
      const { owner, project } = deed;
      await publicDatasets.add(ofMember(project), { owner, project, dataset: 'genes' });
      return '';
    }
    case 'giveBack':
      await publicDatasets.giveBack(ofMember(deed.project), deed.project, `${deed.owner}::genes`);
      return '';
    case 'read':
      return (await datasets.get(deed.project, `${deed.owner}::genes`)).name;
    case 'delete':
      await projects.delete(ofMember(deed.project), deed.project, deed.project);
      return '';
    default:
      return (await projects[deed.does](ofMember(deed.project), deed.project)).name;
  }
};

const told = async (deed: Deed, owners: ReadonlyMap<string, Name>): Promise<Done> => {
  try {
    return { deed, answer: 'ok', id: await perform(deed, owners) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { deed, answer: error.code, id: '' };
  }
};

const observed = async () => {
  const { db } = database;
  const rows = await db('shares')
    .orderBy('id')
    .select<World['offers']>('id', 'owner', 'project', 'reaches', 'permission', 'state');
  const found: Record<string, string[]> = {};
  for (const { owner } of await db('public_datasets').select<{ owner: Name }[]>('owner'))
    found[owner] = (await publicDatasets.published(owner)).items.flatMap(({ usedBy }) =>
      usedBy.map(({ project }) => project)
    );
  const states = await db('projects').select<{ name: Name; state: string }[]>('name', 'state');
  const mounts = await Promise.all(
    names.map(async project => {
      const all = await datasets.mountsFor(project, 'data_owner');
      const listed = (await datasets.list(project, { limit: 100 })).items.filter(one => one.sharedBy);
      const shared = all.filter(({ dataset }) => dataset.includes('::'));
      expect(listed.map(({ name }) => name)).toEqual(shared.map(({ dataset }) => dataset));
      const scientists = await datasets.mountsFor(project, 'data_scientist');
      expect(scientists.some(({ dataset, writable }) => dataset.includes('::') && writable)).toBe(false);
      return shared.map(({ dataset, writable }) => [dataset, writable]).sort();
    })
  );
  return {
    projects: Object.fromEntries(states.map(({ name, state }) => [name, state])),
    offers: rows,
    found,
    mounts
  };
};

const expected = (world: World) => ({
  projects: world.projects,
  offers: [...world.offers].sort((one, other) => (one.id < other.id ? -1 : 1)),
  found: world.found,
  mounts: names.map(project => mountsIn(world, project))
});

const ordersOf = <T>(all: readonly T[]): T[][] =>
  all.length < 2
    ? [[...all]]
    : all.flatMap((one, at) => ordersOf(all.toSpliced(at, 1)).map(rest => [one, ...rest]));

/** Whether an answer is what the model gives; who archives reads the project once more after it is done. */
const agrees = ({ deed, answer }: Done, should: string): boolean =>
  deed.does === 'archive' || deed.does === 'unarchive' || answer === should;

/** The world after deeds done at the same time, in an order that explains all that was answered and is seen. */
const explain = (before: World, done: readonly Done[], seen: unknown): World | undefined =>
  ordersOf(done)
    .map(order => {
      let world: World | undefined = before;
      for (const one of order) {
        if (!world) break;
        const [next, should]: [World, string] = step(world, one.deed, one.id);
        world = agrees(one, should) ? next : undefined;
      }
      return world;
    })
    .find(world => world && isDeepStrictEqual(expected(world), seen));

const project = fc.constantFrom(...names);
const permission = fc.constantFrom('read_only' as const, 'editable' as const);
const between = { owner: project, project };
/** Which of the offers that there are is meant. */
const which = fc.nat(20);
const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('offer' as const), ...between, permission }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constantFrom('accept' as const, 'reject' as const), which }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('accept' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('withdraw' as const, 'read' as const), ...between })
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('change' as const), ...between, permission }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('archive' as const, 'unarchive' as const), project })
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('publish' as const), owner: project }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unpublish' as const), owner: project }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('add' as const), ...between }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('giveBack' as const), ...between }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), project }) }
);

it('whatever is done at the same time, model, rows and mounts agree', async () => {
  const at = fc.array(fc.array(deed, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(at, async rounds => {
      await reset();
      let world = beginning;
      for (const round of rounds) {
        const known = world.offers.map(({ id }) => id);
        const to = new Map(world.offers.map(offer => [offer.id, offer.project]));
        const deeds = round.flatMap(({ ...one }): Deed[] => {
          if (!('which' in one)) return [one];
          const offer = known.at(one.which % Math.max(1, known.length));
          return offer === undefined ? [] : [{ does: one.does, offer }];
        });
        const done = await Promise.all(deeds.map(one => told(one, to)));
        const seen = await observed();
        const after = explain(world, done, seen);
        if (!after) throw new Error(`nothing explains ${JSON.stringify({ world, done, seen }, null, 1)}`);
        world = after;
      }
    }),
    { numRuns: 300, interruptAfterTimeLimit: 20_000 }
  );
}, 120_000);

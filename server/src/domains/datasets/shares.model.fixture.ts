import type { shares } from '@hopslab/schema';

export const names = ['atlas', 'borea', 'ceres'] as const;
export type Name = (typeof names)[number];
type Permission = shares.Permission;

/** Something that people do with projects that share their one dataset; `offer` names an offer by its id. */
export type Deed =
  | { readonly does: 'offer'; readonly owner: Name; readonly project: Name; readonly permission: Permission }
  | { readonly does: 'accept' | 'reject'; readonly offer: string }
  | { readonly does: 'withdraw'; readonly owner: Name; readonly project: Name }
  | { readonly does: 'read'; readonly owner: Name; readonly project: Name }
  | { readonly does: 'change'; readonly owner: Name; readonly project: Name; readonly permission: Permission }
  | { readonly does: 'publish'; readonly owner: Name }
  | { readonly does: 'unpublish'; readonly owner: Name }
  | { readonly does: 'add'; readonly owner: Name; readonly project: Name }
  | { readonly does: 'giveBack'; readonly owner: Name; readonly project: Name }
  | { readonly does: 'archive' | 'unarchive' | 'delete'; readonly project: Name };

interface Offer {
  readonly id: string;
  readonly owner: Name;
  readonly project: Name;
  readonly reaches: boolean;
  readonly permission: Permission;
  readonly state: 'offered' | 'accepted' | 'rejected' | 'withdrawn';
}

/** What there is, as simply as it can be said. */
export interface World {
  readonly projects: Readonly<Record<Name, 'active' | 'archived' | 'deleted'>>;
  readonly offers: readonly Offer[];
  /** Whose dataset is public, with the projects that have added it. */
  readonly found: Readonly<Partial<Record<Name, readonly Name[]>>>;
}

export const beginning: World = {
  projects: { atlas: 'active', borea: 'active', ceres: 'active' },
  offers: [],
  found: {}
};

/** `ok`, or the code of the problem. */
type Answer = string;

const put = (world: World, id: string, to: Partial<Offer>): World => ({
  ...world,
  offers: world.offers.map(offer => (offer.id === id ? { ...offer, ...to } : offer))
});

const standing = ({ offers }: World, owner: Name, project: Name): Offer | undefined =>
  offers.find(offer => offer.owner === owner && offer.project === project && offer.state !== 'withdrawn');

const withoutUser = (found: World['found'], owner: Name, project: Name): World['found'] => ({
  ...found,
  ...(found[owner] && { [owner]: found[owner].filter(one => one !== project) })
});

const endOf = ({ found }: World, owner: Name): World['found'] => {
  const { [owner]: _ended, ...others } = found;
  return others;
};

const close = (world: World, name: Name, to: 'archived' | 'deleted'): World => ({
  found: names.reduce((found, owner) => withoutUser(found, owner, name), endOf(world, name)),
  projects: { ...world.projects, [name]: to },
  offers: world.offers.map(offer =>
    offer.owner === name || (offer.project === name && offer.state === 'accepted')
      ? { ...offer, state: 'withdrawn' }
      : offer
  )
});

const answer = (world: World, does: 'accept' | 'reject', id: string): [World, Answer] => {
  const offer = world.offers.find(one => one.id === id);
  if (!offer?.reaches) return [world, 'share.unknown'];
  if (world.projects[offer.project] !== 'active') return [world, 'project.archived'];
  if (offer.state === 'withdrawn') return [world, 'share.withdrawn'];
  if (does === 'reject') return [put(world, id, { state: 'rejected' }), 'ok'];
  return offer.state === 'rejected'
    ? [world, 'share.answered']
    : [put(world, id, { state: 'accepted' }), 'ok'];
};

const byOwner = (
  world: World,
  deed: Extract<Deed, { does: 'offer' | 'withdraw' | 'change' }>,
  id: string
): [World, Answer] => {
  const { owner, project } = deed;
  if (owner === project && deed.does === 'offer') return [world, 'share.same-project'];
  if (world.projects[owner] !== 'active') return [world, 'project.archived'];
  const now = standing(world, owner, project);
  if (deed.does === 'offer') {
    if (now && now.state !== 'rejected') return [world, 'share.exists'];
    const { offers } = now ? put(world, now.id, { state: 'withdrawn' }) : world;
    const reaches = world.projects[project] !== 'deleted';
    const made: Offer = { id, owner, project, reaches, permission: deed.permission, state: 'offered' };
    return [{ ...world, offers: [...offers, made] }, 'ok'];
  }
  if (!now) return [world, 'share.unknown'];
  const to = deed.does === 'change' ? { permission: deed.permission } : { state: 'withdrawn' as const };
  return [put(world, now.id, to), 'ok'];
};

const byPublication = (
  world: World,
  deed: Extract<Deed, { does: 'publish' | 'unpublish' | 'add' | 'giveBack' }>
): [World, Answer] => {
  const { owner } = deed;
  const { found } = world;
  if (deed.does === 'publish' || deed.does === 'unpublish') {
    if (world.projects[owner] !== 'active') return [world, 'project.archived'];
    if (deed.does === 'publish') return [{ ...world, found: { [owner]: [], ...found } }, 'ok'];
    return found[owner] ? [{ ...world, found: endOf(world, owner) }, 'ok'] : [world, 'public.unknown'];
  }
  const { project } = deed;
  if (deed.does === 'add' && owner === project) return [world, 'share.same-project'];
  if (world.projects[project] !== 'active') return [world, 'project.archived'];
  const users = found[owner];
  if (deed.does === 'giveBack')
    return users?.includes(project)
      ? [{ ...world, found: withoutUser(found, owner, project) }, 'ok']
      : [world, 'public.unknown'];
  if (!users) return [world, 'public.unknown'];
  return [{ ...world, found: { ...found, [owner]: [...new Set([...users, project])].sort() } }, 'ok'];
};

/** What comes of a deed; `id` is that of the offer that it made. */
export const step = (world: World, deed: Deed, id: string): [World, Answer] => {
  switch (deed.does) {
    case 'accept':
    case 'reject':
      return answer(world, deed.does, deed.offer);
    case 'read':
      return [
        world,
        mountsIn(world, deed.project).some(([name]) => name === `${deed.owner}::genes`)
          ? 'ok'
          : 'dataset.unknown'
      ];
    case 'archive':
    case 'unarchive':
    case 'delete': {
      const now = world.projects[deed.project];
      if (now === 'deleted') return [world, 'project.unknown'];
      if (deed.does === 'delete') return [close(world, deed.project, 'deleted'), 'ok'];
      if (deed.does === 'archive')
        return [now === 'archived' ? world : close(world, deed.project, 'archived'), 'ok'];
      return [{ ...world, projects: { ...world.projects, [deed.project]: 'active' } }, 'ok'];
    }
    case 'publish':
    case 'unpublish':
    case 'add':
    case 'giveBack':
      return byPublication(world, deed);
    default:
      return byOwner(world, deed, id);
  }
};

/** What sandboxes of a project have of others, and whether programs of data owners write there. */
export const mountsIn = ({ offers, found }: World, project: Name): [string, boolean][] =>
  names
    .flatMap((owner): [string, boolean][] => {
      const share = offers.find(
        one => one.owner === owner && one.project === project && one.state === 'accepted'
      );
      if (!share && !found[owner]?.includes(project)) return [];
      return [[`${owner}::genes`, share?.permission === 'editable']];
    })
    .sort();

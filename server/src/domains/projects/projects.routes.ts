import { projects } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { sentOf } from '../../http/sent.js';
import { streamFeeds } from '../../http/stream.js';
import type { Feed } from '../../platform/feed.js';
import type { Live } from '../../platform/live.js';
import type { AccessService } from './access.service.js';
import type { MembersService } from './members.service.js';
import type { ProjectsService } from './projects.service.js';

export interface ProjectsServices {
  readonly projects: ProjectsService;
  readonly members: MembersService;
  readonly access: AccessService;
}

export const projectsRoutes = (
  api: ApiRouter,
  { projects: service, members, access }: ProjectsServices,
  feeds: readonly Feed[],
  live: Live
): void => {
  bind(api, projects.listProjects, ({ query }, { actor }) => service.list(actor, query));
  bind(api, projects.createProject, ({ body }, { actor }) => service.create(actor, body));
  bind(api, projects.getProject, ({ params }, { actor }) => service.get(actor, params.p));
  bind(api, projects.updateProject, ({ params, body }, { actor, unchanged }) =>
    service.update(actor, params.p, body.description, unchanged)
  );
  bind(api, projects.archiveProject, ({ params }, { actor }) => service.archive(actor, params.p));
  bind(api, projects.unarchiveProject, ({ params }, { actor }) => service.unarchive(actor, params.p));
  bind(
    api,
    projects.deleteProject,
    ({ params, body }, { actor }) => service.delete(actor, params.p, body.confirm),
    ({ params, body }) => {
      service.judgeDeletion(params.p, body.confirm);
    }
  );
  bind(api, projects.listServices, async ({ params }, { actor }) => ({
    items: await service.services(actor, params.p),
    nextCursor: null
  }));
  bind(api, projects.getService, async ({ params }, { actor }) => {
    const { services } = await service.get(actor, params.p);
    return { name: params.service, enabled: services.includes(params.service) };
  });
  bind(api, projects.putService, ({ params, body }, { actor }) =>
    service.setService(actor, params.p, params.service, body.enabled)
  );
  bind(api, projects.listMembers, ({ params, query }) => members.list(params.p, query));
  bind(api, projects.addMembers, ({ params, body }, { actor }) =>
    members.addAll(actor, params.p, body.members)
  );
  bind(api, projects.getMember, ({ params }) => members.get(params.p, params.user));
  bind(api, projects.putMember, ({ params, body }, { actor, unchanged }) =>
    members.put(actor, params.p, { user: params.user, role: body.role }, unchanged)
  );
  bind(
    api,
    projects.removeMember,
    ({ params }, { actor, unchanged }) => members.remove(actor, params.p, params.user, unchanged),
    ({ params }, actor) => {
      members.judgeRemoval(actor, params.user);
    }
  );
  bind(api, projects.getHoldings, ({ params }) => members.holdings(params.p, params.user));
  bind(api, projects.getAccess, ({ params, query }) => access.who(params.p, query.asset, query));
  bind(api, projects.projectEvents, ({ params, query }, { actor, ctx }) => {
    // Whoever has another role by now comes again, and is judged anew.
    const stillIn = async () =>
      (await api.authenticate(ctx).catch(() => undefined)) !== undefined &&
      (await service.roleIn(params.p, actor.user.name)) === actor.member?.role;
    return streamFeeds(
      ctx,
      feeds,
      { project: params.p, user: actor.user.name, experiment: query.experiment },
      live,
      stillIn,
      sentOf(api.meter, actor, projects.projectEvents)
    );
  });
};

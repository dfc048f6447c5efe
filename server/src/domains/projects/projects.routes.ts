import { projects } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import { streamFeeds } from '../../http/stream.js';
import type { Feed } from '../../platform/feed.js';
import type { Live } from '../../platform/live.js';
import type { ProjectsService } from './projects.service.js';

export const projectsRoutes = (
  api: ApiRouter,
  service: ProjectsService,
  feeds: readonly Feed[],
  live: Live
): void => {
  bind(api, projects.listProjects, ({ query }, { actor }) => service.list(actor, query));
  bind(api, projects.createProject, ({ body }, { actor }) => service.create(actor, body));
  bind(api, projects.getProject, ({ params }, { actor }) => service.get(actor, params.p));
  bind(api, projects.updateProject, ({ params, body }, { actor }) => service.update(actor, params.p, body));
  bind(api, projects.listMembers, ({ params, query }) => service.members(params.p, query));
  bind(api, projects.getMember, ({ params }) => service.member(params.p, params.user));
  bind(api, projects.putMember, ({ params, body }, { actor }) =>
    service.putMember(actor, params.p, params.user, body.role)
  );
  bind(api, projects.removeMember, ({ params }, { actor }) =>
    service.removeMember(actor, params.p, params.user)
  );
  bind(api, projects.projectEvents, ({ params, query }, { actor, ctx }) => {
    const stillIn = async () =>
      (await api.authenticate(ctx).catch(() => undefined)) !== undefined &&
      (await service.roleIn(params.p, actor.user.name)) !== undefined;
    return streamFeeds(
      ctx,
      feeds,
      { project: params.p, user: actor.user.name, experiment: query.experiment },
      live,
      stillIn
    );
  });
};

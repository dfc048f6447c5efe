import { admin } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { UsersService } from './users.service.js';

export const usersRoutes = (api: ApiRouter, service: UsersService): void => {
  bind(api, admin.listUsers, ({ query }) => service.list(query));
  bind(api, admin.updateUser, ({ params, body }, { actor }) => service.update(actor, params.username, body));
  bind(api, admin.endSignIns, ({ params }, { actor }) => service.endSignIns(actor, params.username));
  bind(api, admin.resetPassword, ({ params }, { actor }) => service.resetPassword(actor, params.username));
};

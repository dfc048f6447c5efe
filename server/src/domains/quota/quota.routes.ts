import { quota } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { MachineService } from './machine.service.js';
import type { QuotaService } from './quota.service.js';
import type { QuotaRequests } from './requests.service.js';

export const quotaRoutes = (
  api: ApiRouter,
  { service, requests, machine }: { service: QuotaService; requests: QuotaRequests; machine: MachineService }
): void => {
  bind(api, quota.listLeases, ({ params }) => service.leases(params.p));
  bind(api, quota.getQuota, ({ params }, { actor }) => service.quota(actor, params.p));
  bind(api, quota.getMachine, () => machine.machine());
  bind(api, quota.listMachineLeases, () => machine.leases());
  bind(api, quota.listProjectLimits, ({ query }) => machine.projects(query));
  bind(api, quota.getProjectLimits, ({ params }) => service.limits(params.project));
  bind(api, quota.putProjectLimits, ({ params, body }, { actor }) =>
    service.put(actor, params.project, body)
  );
  bind(api, quota.listUserQuotas, ({ params }) => service.users(params.p));
  bind(api, quota.putUserQuota, ({ params, body }, { actor }) =>
    service.putUser(actor, params.p, params.user, body)
  );
  bind(api, quota.askForQuota, ({ params, body }, { actor }) => requests.ask(actor, params.p, body));
  bind(api, quota.listQuotaRequests, ({ params }) => requests.list(params.p));
  bind(api, quota.listWaitingQuotaRequests, () => requests.waiting());
  bind(api, quota.answerQuotaRequest, ({ params, body }, { actor }) =>
    requests.answer(actor, params.id, body)
  );
  bind(api, quota.getUsage, ({ params, query }) => service.usage(params.p, query));
};

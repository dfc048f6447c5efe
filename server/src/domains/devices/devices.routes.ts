import { devices } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { DevicesService } from './devices.service.js';

export const devicesRoutes = (api: ApiRouter, service: DevicesService): void => {
  bind(api, devices.listDevices, ({ params }, { actor }) => service.list(actor, params.p));
  bind(api, devices.listOwnDevices, (_given, { actor }) => service.listOwn(actor));
  bind(api, devices.getDevice, ({ params, query }, { actor }) =>
    service.get(actor, params.p, params.name, query.user)
  );
  bind(api, devices.issueCertificate, ({ params, body }, { actor }) =>
    service.issue(actor, params.p, params.name, body)
  );
  bind(
    api,
    devices.revokeDevice,
    ({ params, query }, { actor }) => service.revoke(actor, params.p, params.name, query.user),
    ({ query }, actor) => {
      service.judgeOwner(actor, query.user);
    }
  );
};

export { certificateHeader } from './devices.channel.js';
export { devicesRoutes } from './devices.routes.js';
export { createDevicesService } from './devices.service.js';

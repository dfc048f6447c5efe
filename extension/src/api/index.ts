export { addressOf } from './address.js';
export { createApi, type Api, type ApiOptions, type CallOptions, type Tagged } from './api.js';
export type { ConnectionState, EventHandlers, LiveEvents } from './events.js';
export { ApiProblem } from './problem.js';
export { createRefresher } from './refresher.js';
export { createResumable, leftUploads, type LeftUpload, type Resumable } from './resumable.js';
export { createSending } from './sending.js';
export { createReloaded, type Reloaded } from './reloaded.js';

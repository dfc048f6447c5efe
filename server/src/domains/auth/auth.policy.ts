import { platformActions, type PlatformAction } from '@hopslab/schema';

/** Whether a person may do this on the platform. */
export const canOnPlatform = (user: { readonly admin: boolean }, action: PlatformAction): boolean =>
  platformActions[action] === 'user' || user.admin;

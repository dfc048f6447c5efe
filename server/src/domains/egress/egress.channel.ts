/** The channel of `platform/live` that says that somebody’s way to the internet was opened or shut. */
export const egressChannel = 'egress';

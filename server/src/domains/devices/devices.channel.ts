/** The channel of `platform/live` that says that certificates were given or revoked. */
export const devicesChannel = 'devices';

/** By which the proxy tells the API server the SHA-256 of a certificate it has checked; nobody else can send it. */
export const certificateHeader = 'x-hopslab-certificate';

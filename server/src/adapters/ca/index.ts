export { ensureCertificates } from './certificate-files.js';
export { createLocalDeviceAuthority } from './device-authority.js';
export { ensureDeviceAuthority, rotateDeviceAuthority } from './device-authority-files.js';

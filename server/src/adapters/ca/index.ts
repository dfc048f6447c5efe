export { ensureCertificates } from './certificate-files.js';

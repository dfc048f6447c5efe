export { certificatePaths, ensureCertificates } from './certificate-files.js';

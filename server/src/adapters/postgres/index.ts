export { createEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

import type { models } from '@hopslab/schema';

/** A version as the platform tells it; ada’s, of no experiment, where nothing else is said. */
export const modelVersion = (
  name: string,
  version: number,
  more: Partial<models.ModelVersion> = {}
): models.ModelVersion => ({
  ...{ name, version, state: 'ready', description: '', metrics: {}, experiment: null, trial: null },
  ...{ path: `Models/${name}/${String(version)}`, bytes: 4096, files: 2, sha256: null, missing: false },
  ...{ createdBy: 'ada', createdAt: `2026-11-20T09:00:0${String(version % 10)}.000Z` },
  ...more
});

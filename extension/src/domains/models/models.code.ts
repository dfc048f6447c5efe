import type { models } from '@hopslab/schema';

/** Python that loads a version, to paste into a notebook; of somebody else's it says that they are trusted. */
export const versionAsCode = (
  { name, version, createdBy, sha256 }: models.ModelVersion,
  me: string | undefined
): string => {
  const trust = createdBy === me && sha256 !== null ? '' : ', trust=True';
  return `from hopslab import model\n\n${name.replace(/-/g, '_')} = model.load(${JSON.stringify(name)}, ${version}${trust})\n`;
};

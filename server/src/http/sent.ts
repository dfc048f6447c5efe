import type { AnyEndpoint } from '@hopslab/schema';
import type { Actor } from '../platform/actor.js';
import type { Meter } from '../platform/meter.js';

/** They count by rights of their own: of a shared dataset also a data owner may only look. */
const countThemselves: ReadonlySet<string> = new Set(['previewFile', 'previewStatistics', 'getReadme']);

/**
 * Counts what the API sends out of a project to who may look and not carry. A data scientist's program can put data
 * into whatever it may write, such as a trial's traceback or a file's name, so all answers count; not those that it
 * reads itself, which stay inside.
 */
export const sentOf = (
  meter: Meter,
  actor: Pick<Actor, 'member' | 'channel' | 'user'>,
  { id, access }: Pick<AnyEndpoint, 'id' | 'access'>
): ((bytes: number) => void) | null => {
  const { member } = actor;
  const looks = member?.role === 'data_scientist' && actor.channel !== 'sandbox';
  if (access.kind !== 'project' || !looks || countThemselves.has(id)) return null;
  return bytes => {
    meter.add({ project: member.project, user: actor.user.name }, bytes);
  };
};

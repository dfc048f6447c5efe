import { serviceFor, worksArchived, type ProjectAction } from '@hopslab/schema';
import type { Standing } from '../../platform/actor.js';
import { problem } from '../../platform/problem.js';

/** Refuses what the project's state is in the way of, whoever asks: it is archived, or the service is off. */
export const refuseClosed = ({ archived, services }: Standing, action: ProjectAction): void => {
  if (archived && !worksArchived(action))
    throw problem(
      'project.archived',
      'The project is archived: it can be looked at, not worked in. A data owner can take it out of the archive.'
    );
  const service = serviceFor(action);
  if (service !== undefined && !services.includes(service))
    throw problem(
      'service.off',
      `This project does not use ${service}. A data owner can switch the service on.`
    );
};

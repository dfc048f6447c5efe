/** Every notebook server that the data plane may carry traffic to: `project, username, socket`. */
export const notebookServersQuery = `
  select distinct on (project, username) project, username,
    case when state = 'ready' then socket end as socket
  from notebook_servers
  where state in ('starting', 'ready', 'stopping')
  order by project, username, change desc`;

/** The channel of `platform/live` that says that the answer has changed. */
export const routingChannel = 'routing';

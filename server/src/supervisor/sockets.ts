const firstDescriptor = 3;

/** The listening sockets we were started with, by name, as systemd hands them over (sd_listen_fds). */
export const inheritedSockets = <Name extends string>(
  names: readonly Name[],
  environment: NodeJS.ProcessEnv = process.env
): Record<Name, number> => {
  const given = environment['LISTEN_FDNAMES']?.split(':') ?? [];
  if (Number(environment['LISTEN_FDS']) !== given.length)
    throw new Error('LISTEN_FDS and LISTEN_FDNAMES do not fit together');
  const found = names.map(name => [name, given.indexOf(name)] as const);
  const missing = found.filter(([, at]) => at < 0).map(([name]) => name);
  if (missing.length > 0)
    throw new Error(`no socket was handed over for ${missing.join(', ')}; start with ./hopslab up`);
  return Object.fromEntries(found.map(([name, at]) => [name, firstDescriptor + at])) as Record<Name, number>;
};

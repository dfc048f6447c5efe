import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A listening socket that we never accept on, to be handed over to a process that does. */
export const holdPort = async () => {
  const holder = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const { fd } = (holder as unknown as { _handle: { fd: number } })._handle;
  return { port, fd, close: () => holder.close() };
};

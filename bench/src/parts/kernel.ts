import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { RawData } from 'ws';
import { good, type Site } from './web.ts';

interface Message {
  readonly header: { readonly msg_type: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Readonly<Record<string, unknown>>;
}

const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : '');

const request = (id: string, session: string, code: string): string =>
  JSON.stringify({
    channel: 'shell',
    header: { msg_id: id, session, username: 'bench', msg_type: 'execute_request', version: '5.3' },
    parent_header: {},
    metadata: {},
    content: { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false }
  });

/** A WebSocket to a kernel that runs. */
export const openChannel = async (server: Site, id: string) => {
  const session = randomUUID();
  const socket = server.socket(`/api/kernels/${id}/channels?session_id=${session}`);
  // A fault is told by `once` while it opens, by the close after that.
  await once(socket, 'open');
  socket.on('error', () => undefined);

  /** Runs code and answers what it printed; a raising cell is an error. */
  const execute = (code: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = randomUUID();
      let printed = '';
      const closed = (): void => reject(new Error('the kernel’s WebSocket was closed'));
      const hear = (data: RawData): void => {
        const { header, parent_header: parent, content } = JSON.parse(textOf(data)) as Message;
        if (parent.msg_id !== asked) return;
        if (header.msg_type === 'stream' && content['name'] === 'stdout') printed += String(content['text']);
        if (header.msg_type !== 'execute_reply') return;
        socket.off('message', hear);
        socket.off('close', closed);
        if (content['status'] === 'ok') resolve(printed);
        else reject(new Error(`${String(content['ename'])}: ${String(content['evalue'])}`));
      };
      if (socket.readyState !== socket.OPEN) closed();
      socket.on('message', hear);
      socket.once('close', closed);
      socket.send(request(asked, session, code));
    });

  return { id, socket, execute };
};
export type Kernel = Awaited<ReturnType<typeof openChannel>>;

/** A new kernel of a notebook server. */
export const startKernel = async (server: Site): Promise<Kernel> => {
  const { id } = await good<{ id: string }>(server.send('POST', '/api/kernels', {}));
  return openChannel(server, id);
};

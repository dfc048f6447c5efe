import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { RawData } from 'ws';
import { good, type Site } from './web.ts';

interface Message {
  readonly channel: string;
  readonly header: { readonly msg_type: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Readonly<Record<string, unknown>>;
}

const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : '');

/** A kernel of a notebook server, new, with its WebSocket open. */
export const startKernel = async (server: Site) => {
  const { id } = await good<{ id: string }>(server.send('POST', '/api/kernels', {}));
  const session = randomUUID();
  const socket = server.socket(`/api/kernels/${id}/channels?session_id=${session}`);
  await once(socket, 'open');

  /** Runs code and answers what it printed; a raising cell is an error. */
  const execute = (code: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = randomUUID();
      let printed = '';
      const closed = (): void => reject(new Error('the kernel’s WebSocket was closed'));
      const hear = (data: RawData): void => {
        const message = JSON.parse(textOf(data)) as Message;
        if (message.parent_header.msg_id !== asked) return;
        if (message.header.msg_type === 'stream') printed += String(message.content['text']);
        if (message.header.msg_type !== 'execute_reply') return;
        socket.off('message', hear);
        socket.off('close', closed);
        if (message.content['status'] === 'ok') resolve(printed);
        else reject(new Error(`${String(message.content['ename'])}: ${String(message.content['evalue'])}`));
      };
      socket.on('message', hear);
      socket.once('close', closed);
      const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
      const header = {
        msg_id: asked,
        session,
        username: 'bench',
        msg_type: 'execute_request',
        version: '5.3'
      };
      socket.send(JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content }));
    });

  return {
    socket,
    execute,
    async close(): Promise<void> {
      socket.terminate();
      await server.send('DELETE', `/api/kernels/${id}`);
    }
  };
};
export type Kernel = Awaited<ReturnType<typeof startKernel>>;

import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Backend } from './backend.js';

/** Puts the backend in front of a JupyterLab on a unix socket, as the proxy does: its API first, the rest through. */
export const putBefore = (backend: Backend, socketPath: string): void => {
  backend.otherwise = (request: IncomingMessage, response: ServerResponse) => {
    const { method, url } = request;
    const headers = { ...request.headers, host: 'localhost' };
    const onward = send({ socketPath, method, path: url, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
  backend.server.on('upgrade', (request, socket, head) => {
    const onward = connect(socketPath, () => {
      const headers = Object.entries({ ...request.headers, host: 'localhost' });
      const lines = headers.map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
};

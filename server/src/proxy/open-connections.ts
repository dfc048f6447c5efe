import type { Duplex } from 'node:stream';
import { stillGood, type Entrant } from './gate.js';
import type { RouteTable } from './route-table.js';

/**
 * The connections that somebody was let in on. A WebSocket lives for days, so what was true at the door is looked at
 * again whenever the table changes: after a logout, a lock, a removal from the project, or the end of the cookie.
 */
export const createOpenConnections = (table: RouteTable) => {
  const open = new Map<Duplex, Entrant>();
  const sweep = () => {
    for (const [socket, entrant] of open)
      if (!stillGood(entrant, table.lookup(entrant.label))) {
        open.delete(socket);
        socket.destroy();
      }
  };
  table.onChange(sweep);
  return {
    add(socket: Duplex, entrant: Entrant): void {
      if (!open.has(socket)) socket.once('close', () => open.delete(socket));
      open.set(socket, entrant);
    },
    sweep,
    /** Sessions that somebody works in now. */
    sessions: (): string[] => [...new Set([...open.values()].map(entrant => entrant.session))]
  };
};
export type OpenConnections = ReturnType<typeof createOpenConnections>;

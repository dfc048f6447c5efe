import type { Duplex } from 'node:stream';
import { stillGood, type Entrant } from './gate.js';
import type { RouteTable } from './route-table.js';

/**
 * The connections that somebody was let in on. A WebSocket lives for days, so what was true at the door is looked at
 * again whenever the table changes: after a logout, a lock, a removal from the project, or the end of the cookie.
 */
export const createOpenConnections = (table: RouteTable) => {
  // A connection may carry requests with different credentials, one behind the other: none may hide another.
  const open = new Map<Duplex, Map<string, Entrant>>();
  const sweep = () => {
    for (const [socket, entrants] of open)
      if ([...entrants.values()].some(entrant => !stillGood(entrant, table.lookup(entrant.label)))) {
        open.delete(socket);
        socket.destroy();
      }
  };
  table.onChange(sweep);
  return {
    add(socket: Duplex, entrant: Entrant): void {
      const known = open.get(socket);
      if (!known) socket.once('close', () => open.delete(socket));
      open.set(
        socket,
        (known ?? new Map<string, Entrant>()).set(`${entrant.label} ${entrant.session}`, entrant)
      );
    },
    sweep,
    /** Sessions that somebody works in now. */
    sessions: (): string[] => [
      ...new Set([...open.values()].flatMap(entrants => [...entrants.values()].map(({ session }) => session)))
    ]
  };
};
export type OpenConnections = ReturnType<typeof createOpenConnections>;

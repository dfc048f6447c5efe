import { Readable } from 'node:stream';
import type { HeldFile } from '../platform/handed-file.js';
import { storeTaken } from './taken-file.js';

/** A request's body that is written to a file here, beside the request that goes on to whoever holds that file. */
export const openBeside = (body: Readable) => {
  const instead = new Readable({ read: () => undefined });
  let over = false;
  // A head is sent with the first byte only.
  instead.push(' ');
  const say = (word: string | null): void => {
    if (!over) instead.push(word);
  };
  return {
    /** What goes on in the body's place; it ends once the body is written. */
    instead,
    /** Writes the body to a file, and tells who holds it that this is done, or by a word why not. */
    async write(held: HeldFile): Promise<void> {
      try {
        await storeTaken(held, body);
      } catch (error) {
        say((error as NodeJS.ErrnoException).code ?? 'EIO');
      }
      say(null);
    },
    /** Nobody waits for it any more. */
    letGo(): void {
      over = true;
      body.destroy();
    }
  };
};

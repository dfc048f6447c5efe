import type { ProblemCode } from '@hopslab/schema';
import type { ServerResponse } from 'node:http';
import type { z } from 'zod';

/** Bytes of a file, or null for a folder. */
export interface Held {
  bytes: Buffer | null;
  modifiedAt: string;
}

/** How a backend that holds things in memory answers. */
export interface Answers {
  readonly say: (response: ServerResponse, schema: z.ZodType, body: unknown, status?: number) => void;
  readonly refusal: (response: ServerResponse, code: ProblemCode, detail?: string) => void;
  readonly page: <T>(
    items: readonly T[],
    query: URLSearchParams
  ) => { items: T[]; nextCursor: string | null };
}

/** The same over files that are held, by `Raw/2026/a.csv`. */
export interface FileAnswers extends Answers {
  readonly files: Map<string, Held>;
}

import { z } from 'zod';

const nameRule = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** A project's or user's name; single underscores only, so that `project__user` is unambiguous. */
export const Name = z
  .string()
  .max(30, 'at most 30 characters')
  .regex(nameRule, 'lower-case letters, digits and single underscores, beginning with a letter')
  .meta({ id: 'Name' });

/** A dataset's own name. */
export const DatasetName = z
  .string()
  .max(80, 'at most 80 characters')
  .regex(/^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$/, 'letters and digits, with single . _ - between them');

/** A dataset by the name under which a project has it: its own, or `owner::name` of one that is shared with it. */
export const DatasetAddress = z
  .string()
  .max(112, 'at most 112 characters')
  .regex(
    /^([a-z][a-z0-9]*(_[a-z0-9]+)*::)?[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$/,
    'a dataset’s name, after the project that shares it and two colons where it is another’s'
  );

export const Id = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'not an id');
/** RFC 3339 in UTC; the calendar of databases has no year 0. */
export const Time = z.iso.datetime().refine(time => !time.startsWith('0000'), 'there is no year 0000');
/** A day of the calendar (UTC); that of databases has no year 0. */
export const Day = z.iso.date().refine(day => !day.startsWith('0000'), 'there is no year 0000');
export const Bytes = z.int().min(0);
export const Text = z.string().max(2000);

/** Query of every list. */
export const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.base64url().max(500).optional()
});
export type Page = z.infer<typeof Page>;

/** Answer of every list. */
export const list = <S extends z.ZodType>(item: S) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

export const ProjectParams = z.strictObject({ p: Name });

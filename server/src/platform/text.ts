const storableText = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();

const storableDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), storableDeep(inner)])
  );
};

/**
 * The same with every string fit for the database: Postgres's text holds neither NUL nor half of a surrogate pair,
 * and what a program printed may.
 */
export const storable = <T>(given: T): T => storableDeep(given) as T;

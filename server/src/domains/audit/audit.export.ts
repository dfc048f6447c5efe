import type { audit } from '@hopslab/schema';

const columns = [
  'position',
  'at',
  'actor',
  'projectUser',
  'project',
  'action',
  'asset',
  'outcome',
  'channel',
  'address',
  'requestId',
  'data'
] as const satisfies readonly (keyof audit.AuditRow)[];

/** A field after RFC 4180, always quoted. A spreadsheet takes none for a formula (OWASP, CSV injection). */
const cell = (value: audit.AuditRow[keyof audit.AuditRow]): string => {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

export type Format = 'csv' | 'ndjson';

interface Written {
  readonly type: string;
  readonly head: string;
  readonly line: (row: audit.AuditRow) => string;
}

/** How the rows are written into a file. */
export const formats: Readonly<Record<Format, Written>> = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: `${columns.join(',')}\r\n`,
    line: row => `${columns.map(column => cell(row[column])).join(',')}\r\n`
  },
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    line: row => `${JSON.stringify(row)}\n`
  }
};

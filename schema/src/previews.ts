import { z } from 'zod';
import { inProject } from './access.js';
import { Bytes, DatasetAddress, Name } from './common.js';
import { endpoint, json } from './endpoint.js';

export const formats = ['csv', 'json', 'jsonl', 'parquet', 'orc'] as const;
export type Format = (typeof formats)[number];

const endings: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.psv': 'csv',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.orc': 'orc'
};
/** Endings of names whose files can be looked at as a table, `.gz` after them where they are text. */
export const tableEndings = Object.keys(endings);

/** As what a file can be looked at as a table, told by its name; undefined where it cannot. */
export const formatOf = (path: string): Format | undefined => {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  const format = endings[/\.[a-z]+$/.exec(name)?.[0] ?? ''];
  const isPacked = name.length < path.length;
  return isPacked && (format === 'parquet' || format === 'orc') ? undefined : format;
};

/** How far into a file a preview reaches, in rows: for who may download it, and for who may only look at it. */
export const reachOf = { carrier: 1_000_000, viewer: 100_000 } as const;

/** Letters of a cell; what is longer is cut. */
const longestCell = 4096;

/**
 * A value as JSON. Whole numbers beyond 2^53 and decimals are text, so are dates and times (ISO 8601, in UTC with `Z`
 * where they are instants), `NaN` and `Infinity`; binary is `0x` and hexadecimal digits; nested values are JSON in a
 * text. Of CSV each value is text as it is written. What is long is cut: then its beginning, and its whole length in
 * letters, or bytes of binary.
 */
export const Cell = z
  .union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string().max(longestCell * 2),
    z.strictObject({ text: z.string().max(longestCell * 2), length: z.int().min(0) })
  ])
  .meta({ id: 'Cell' });
export type Cell = z.infer<typeof Cell>;

export const columnTypes = [
  'integer',
  'number',
  'decimal',
  'boolean',
  'text',
  'binary',
  'date',
  'time',
  'timestamp',
  'duration',
  'nested',
  'null',
  'mixed'
] as const;

export const Column = z.strictObject({
  name: z.string(),
  /** Guessed from the first rows where the file does not say. */
  type: z.enum(columnTypes),
  /** What the file itself calls it, empty where it does not. */
  detail: z.string()
});
export type Column = z.infer<typeof Column>;

/** `ragged`: not all rows are of the same columns. `not-utf8`: read as Latin-1. */
export const previewNotes = ['ragged', 'not-utf8'] as const;

const about = {
  format: z.enum(formats),
  /** Changes with the file's content. */
  tag: z.string(),
  /** The file's size. */
  size: Bytes,
  /** Where the file says it itself. */
  rowCount: z.int().min(0).nullable(),
  /** Rows of it that can be seen. */
  reach: z.int().min(0),
  columnCount: z.int().min(0),
  /** The number of the first of `columns`. */
  column: z.int().min(0),
  columns: z.array(Column),
  notes: z.array(z.enum(previewNotes))
};

export const Preview = z
  .strictObject({
    ...about,
    offset: z.int().min(0),
    /** Fewer than were asked for where they are large: ask for the next from there. */
    rows: z.array(z.array(Cell)),
    /** There are rows after these that can be seen. */
    more: z.boolean(),
    /** Why the file cannot be read beyond these rows, in words. */
    stopped: z.string().nullable()
  })
  .meta({ id: 'Preview' });
export type Preview = z.infer<typeof Preview>;

export const ColumnStatistics = z.strictObject({
  /** Values that are missing. */
  nulls: z.int().min(0),
  min: z.string().nullable(),
  max: z.string().nullable(),
  /** The file itself says so of all its rows; else it is of those that were sampled. */
  ofWhole: z.boolean(),
  /** How the sampled values lie: numbers and times in ranges, others by the most frequent. */
  bars: z.array(z.strictObject({ label: z.string(), count: z.int().min(0) })).max(12)
});
export type ColumnStatistics = z.infer<typeof ColumnStatistics>;

export const PreviewStatistics = z
  .strictObject({
    ...about,
    /** Rows that were read for it, the file's first. */
    sampled: z.int().min(0),
    /** They are all. */
    whole: z.boolean(),
    /** One for each of `columns`. */
    statistics: z.array(ColumnStatistics)
  })
  .meta({ id: 'PreviewStatistics' });
export type PreviewStatistics = z.infer<typeof PreviewStatistics>;

const PreviewParams = z.strictObject({ p: Name, d: DatasetAddress, path: z.string().min(1).max(2000) });
const columnsOf = {
  column: z.coerce.number().int().min(0).max(1_000_000).default(0),
  columns: z.coerce.number().int().min(1).max(500).default(100)
};

/** People look; programs of a sandbox have the file itself, devices nothing to look with. */
const lookers = ['hub', 'token', 'notebook'] as const;
const refusals = [
  'dataset.unknown',
  'file.unknown',
  'file.path',
  'file.not-a-file',
  'preview.unsupported',
  'preview.failed',
  'preview.too-large',
  'preview.changed',
  'preview.busy'
] as const;

export const previewFile = endpoint({
  id: 'previewFile',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/preview/{path+}',
  summary:
    'Some rows and columns of a data file, to be looked at; who may not download it sees its first rows',
  access: inProject('dataset.view', lookers),
  params: PreviewParams,
  query: z.strictObject({
    offset: z.coerce.number().int().min(0).max(reachOf.carrier).default(0),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
    ...columnsOf
  }),
  reply: json(Preview),
  problems: refusals
});

export const previewStatistics = endpoint({
  id: 'previewStatistics',
  method: 'GET',
  path: '/projects/{p}/datasets/{d}/preview-statistics/{path+}',
  summary: 'What is missing in columns of a data file, their ends, and how their values lie',
  access: inProject('dataset.view', lookers),
  params: PreviewParams,
  query: z.strictObject(columnsOf),
  reply: json(PreviewStatistics),
  problems: refusals
});

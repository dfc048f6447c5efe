import type { Db } from '../platform/db.js';

// What knex keeps for itself is not ours to review.
const ours = `n.nspname = 'public' and c.relname not like 'knex\\_%'`;

const lines = async (db: Db, query: string): Promise<string[]> => {
  const { rows } = await db.raw<{ rows: { line: string }[] }>(query);
  return rows.map(({ line }) => line);
};

const sequences = (db: Db) =>
  lines(
    db,
    `select format('create sequence %I;', c.relname) as line
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and ${ours}
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
     order by c.relname`
  );

const tables = (db: Db) =>
  lines(
    db,
    `with parts as (
       select a.attrelid as relation, 1 as kind, a.attnum::int as place, null as name,
         format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
         || case when a.attidentity <> '' then ' generated always as identity' else '' end
         || case when a.attnotnull then ' not null' else '' end
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as definition
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attnum > 0 and not a.attisdropped
       union all
       select conrelid, 2, 0, conname, format('constraint %I %s', conname, pg_get_constraintdef(oid))
       from pg_constraint where contype <> 'n'
     )
     select format(E'create table %I (\\n  %s\\n);', c.relname,
       string_agg(p.definition, E',\\n  ' order by p.kind, p.place, p.name)) as line
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join parts p on p.relation = c.oid
     where c.relkind = 'r' and ${ours}
     group by c.relname order by c.relname`
  );

const indexes = (db: Db) =>
  lines(
    db,
    `select replace(pg_get_indexdef(i.indexrelid), 'public.', '') || ';' as line
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     where ${ours} and not exists (select from pg_constraint where conindid = i.indexrelid)
     order by 1`
  );

const routines = (db: Db) =>
  lines(
    db,
    `select replace(pg_get_functiondef(p.oid), 'public.', '') || ';' as line
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'
     union all
     select replace(pg_get_triggerdef(t.oid), 'public.', '') || ';'
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
     where not t.tgisinternal and ${ours}
     order by 1`
  );

/** The schema that the migrations make, in words that are the same for the same schema: for review as a diff. */
export const dumpSchema = async (db: Db): Promise<string> => {
  const parts = [await sequences(db), await tables(db), await indexes(db), await routines(db)];
  return `-- Made by the migrations; write it anew with: npm run schema -w server\n\n${parts.flat().join('\n\n')}\n`;
};

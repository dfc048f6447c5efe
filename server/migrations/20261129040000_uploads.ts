import type { Knex } from 'knex';

export const up = (db: Knex): Promise<unknown> =>
  db.raw(`
    -- Files on their way in that outlive lost connections and the server; their bytes are the file store's.
    create table uploads (
      id uuid primary key,
      project text not null references projects (name),
      -- By the name under which the project has it, and whose storage it counts for.
      dataset text not null,
      stored_by text not null references projects (name),
      path text not null,
      length bigint not null check (length >= 0),
      -- The only one who may see it and go on with it: a member, or a device of theirs.
      project_user text not null,
      if_match text not null,
      if_none_match text not null,
      -- What the whole file's checksum has to be: an algorithm and the digest.
      checksum text,
      -- Bytes from here on have not been compared with the checksum that came with them.
      unchecked_from bigint,
      -- The entity tag of its file when it was about to be placed: whether it was is seen by it.
      placed_tag text,
      placed_at timestamptz,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index uploads_project_user on uploads (project_user, project) where placed_at is null;
    create index uploads_stored_by on uploads (stored_by) where placed_at is null;
    create index uploads_expires_at on uploads (expires_at);
  `);

export const down = (db: Knex): Promise<unknown> => db.raw('drop table uploads');

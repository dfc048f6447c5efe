import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Bench } from '../bench.ts';
import { platform } from '../hopslab/platform.ts';
import { createSite, good } from '../parts/web.ts';

const busy = 'u00001';

/** 10,000 users with the administrator's password; the first of them is in 1,000 projects, each with ten members. */
const seed = `
insert into users (name, display_name, password_hash)
  select 'u' || lpad(i::text, 5, '0'), 'User ' || i, (select password_hash from users where admin order by created_at limit 1)
  from generate_series(1, 10000) i on conflict do nothing;
insert into projects (name, description, created_by)
  select 'p' || lpad(i::text, 4, '0'), 'Project ' || i, '${busy}' from generate_series(1, 1000) i on conflict do nothing;
insert into members (project, username, role)
  select 'p' || lpad(p::text, 4, '0'), 'u' || lpad((case m when 0 then 1 else 2 + (p * 9 + m) % 9999 end)::text, 5, '0'),
    case m when 0 then 'data_owner' else 'data_scientist' end
  from generate_series(1, 1000) p, generate_series(0, 9) m on conflict do nothing;
analyze;`;

const fill = async (data: string): Promise<void> => {
  const url = (await readFile(join(data, 'secrets', 'database-url'), 'utf8')).trim();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(seed);
  } finally {
    await client.end();
  }
};

/** A platform of its own that many people use; the site is that of the one who is in every project. */
export const crowd = (bench: Bench) =>
  bench.keep('crowd', async () => {
    const { url, ca, port, data, password } = await platform(bench, 'crowd');
    await fill(data);
    const nobody = createSite(url, undefined, ca);
    const signIn = () =>
      good<{ token: string }>(nobody.send('POST', '/api/v1/auth/login', { username: busy, password }));
    return {
      port,
      host: new URL(url).host,
      signIn,
      site: async () => nobody.at(url, (await signIn()).token)
    };
  });

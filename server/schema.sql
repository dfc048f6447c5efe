-- Made by the migrations; write it anew with: npm run schema -w server

create sequence epochs;

create sequence experiment_changes;

create sequence notebook_changes;

create table access_tokens (
  id uuid not null,
  hash bytea not null,
  username text not null,
  name text not null,
  scopes text[] not null,
  project text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  last_address text,
  constraint access_tokens_hash_key UNIQUE (hash),
  constraint access_tokens_pkey PRIMARY KEY (id),
  constraint access_tokens_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint access_tokens_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table datasets (
  project text not null,
  name text not null,
  description text not null,
  built_in boolean not null default false,
  editable boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint datasets_pkey PRIMARY KEY (project, name),
  constraint datasets_project_fkey FOREIGN KEY (project) REFERENCES projects(name)
);

create table device_certificates (
  fingerprint bytea not null,
  serial text not null,
  project text not null,
  username text not null,
  device text not null,
  epoch bigint not null,
  issued_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint device_certificates_pkey PRIMARY KEY (fingerprint),
  constraint device_certificates_project_username_device_fkey FOREIGN KEY (project, username, device) REFERENCES devices(project, username, name) ON DELETE CASCADE,
  constraint device_certificates_serial_key UNIQUE (serial)
);

create table devices (
  project text not null,
  username text not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  last_address text,
  constraint devices_pkey PRIMARY KEY (project, username, name),
  constraint devices_project_username_fkey FOREIGN KEY (project, username) REFERENCES members(project, username) ON DELETE CASCADE
);

create table egress_bytes (
  project text not null,
  day date not null,
  username text not null,
  way text not null,
  source uuid not null,
  bytes bigint not null,
  constraint egress_bytes_pkey PRIMARY KEY (project, day, username, way, source),
  constraint egress_bytes_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint egress_bytes_username_fkey FOREIGN KEY (username) REFERENCES users(name),
  constraint egress_bytes_way_check CHECK ((way = ANY (ARRAY['sent'::text, 'received'::text])))
);

create table egress_projects (
  project text not null,
  since timestamp with time zone not null default now(),
  constraint egress_projects_pkey PRIMARY KEY (project),
  constraint egress_projects_project_fkey FOREIGN KEY (project) REFERENCES projects(name)
);

create table entry_codes (
  hash bytea not null,
  project text not null,
  username text not null,
  session uuid not null,
  expires_at timestamp with time zone not null,
  constraint entry_codes_pkey PRIMARY KEY (hash),
  constraint entry_codes_project_username_fkey FOREIGN KEY (project, username) REFERENCES members(project, username) ON DELETE CASCADE,
  constraint entry_codes_session_fkey FOREIGN KEY (session) REFERENCES sessions(id) ON DELETE CASCADE
);

create table environment_locks (
  hash text not null,
  python text not null,
  packages jsonb not null,
  constraint environment_locks_pkey PRIMARY KEY (hash)
);

create table experiment_points (
  id text not null,
  ordinal bigint generated always as identity not null,
  experiment text not null,
  params jsonb not null,
  asked_by text not null,
  asked_at timestamp with time zone not null default now(),
  number integer,
  constraint experiment_points_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES users(name),
  constraint experiment_points_experiment_fkey FOREIGN KEY (experiment) REFERENCES experiments(id),
  constraint experiment_points_pkey PRIMARY KEY (id)
);

create table experiment_provenance (
  experiment text not null,
  epoch integer not null,
  environment text not null,
  facts jsonb not null,
  told_at timestamp with time zone not null default now(),
  constraint experiment_provenance_environment_fkey FOREIGN KEY (environment) REFERENCES environment_locks(hash),
  constraint experiment_provenance_experiment_fkey FOREIGN KEY (experiment) REFERENCES experiments(id) ON DELETE CASCADE,
  constraint experiment_provenance_pkey PRIMARY KEY (experiment, epoch)
);

create table experiments (
  id text not null,
  ordinal bigint generated always as identity not null,
  project text not null,
  name text not null,
  description text not null,
  state text not null default 'running'::text,
  reason text,
  metric text not null,
  direction text not null,
  algorithm text not null,
  space jsonb not null,
  planned integer not null,
  parallel integer not null,
  code text not null,
  created_by text not null,
  sandbox text,
  heartbeat_at timestamp with time zone not null default now(),
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  presumed boolean not null default false,
  seq bigint not null,
  counts jsonb not null default '{}'::jsonb,
  best jsonb,
  epoch integer not null default 1,
  driver text,
  pruner text,
  seed bigint,
  seconds double precision,
  gpu_hours double precision,
  tags text[] not null default '{}'::text[],
  note text not null default ''::text,
  waiting integer not null default 0,
  also jsonb not null default '[]'::jsonb,
  front integer,
  constraint experiments_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(name),
  constraint experiments_direction_check CHECK ((direction = ANY (ARRAY['maximize'::text, 'minimize'::text]))),
  constraint experiments_ordinal_key UNIQUE (ordinal),
  constraint experiments_pkey PRIMARY KEY (id),
  constraint experiments_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint experiments_state_check CHECK ((state = ANY (ARRAY['running'::text, 'paused'::text, 'draining'::text, 'stopping'::text, 'complete'::text, 'stopped'::text, 'failed'::text])))
);

create table idempotency_keys (
  username text not null,
  key text not null,
  request_hash bytea not null,
  body text,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_keys_pkey PRIMARY KEY (username, key)
);

create table journal (
  id bigint generated always as identity not null,
  at timestamp with time zone not null default now(),
  actor text not null,
  project text,
  action text not null,
  asset text not null,
  outcome text not null default 'done'::text,
  data jsonb not null default '{}'::jsonb,
  "position" bigint,
  project_user text,
  channel text not null,
  address text,
  request_id text,
  hash bytea,
  constraint journal_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text]))),
  constraint journal_pkey PRIMARY KEY (id),
  constraint journal_position_key UNIQUE ("position")
);

create table leases (
  id uuid not null,
  project text not null,
  username text not null,
  purpose text not null,
  executors integer not null,
  cores integer not null,
  memory bigint not null,
  gpus integer not null,
  gpu_type text,
  total_cores integer not null,
  total_memory bigint not null,
  gpu_indexes integer[] not null,
  released_at timestamp with time zone,
  turn bigint generated always as identity not null,
  state text not null default 'held'::text,
  asked_at timestamp with time zone not null default now(),
  granted_at timestamp with time zone,
  renewed_at timestamp with time zone,
  holder text,
  total_gpus integer not null default 0,
  "position" integer,
  why text,
  gpu_types jsonb not null default '{}'::jsonb,
  boot text,
  granted_up bigint,
  metered_up bigint,
  released_up bigint,
  elastic boolean not null default false,
  keep integer,
  keep_why text,
  follows uuid,
  constraint leases_follows_fkey FOREIGN KEY (follows) REFERENCES leases(id),
  constraint leases_pkey PRIMARY KEY (id),
  constraint leases_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint leases_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'held'::text, 'released'::text]))),
  constraint leases_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table members (
  project text not null,
  username text not null,
  role text not null,
  epoch bigint not null default nextval('epochs'::regclass),
  since timestamp with time zone not null default now(),
  constraint members_pkey PRIMARY KEY (project, username),
  constraint members_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint members_role_check CHECK ((role = ANY (ARRAY['data_owner'::text, 'data_scientist'::text]))),
  constraint members_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table model_names (
  project text not null,
  name text not null,
  last integer not null,
  constraint model_names_pkey PRIMARY KEY (project, name),
  constraint model_names_project_fkey FOREIGN KEY (project) REFERENCES projects(name)
);

create table models (
  project text not null,
  name text not null,
  version integer not null,
  ready boolean not null default false,
  draft_since timestamp with time zone,
  description text not null default ''::text,
  metrics jsonb not null default '{}'::jsonb,
  experiment text,
  trial integer,
  bytes bigint not null default 0,
  files bigint not null default 0,
  sha256 text,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint models_check CHECK ((ready OR (draft_since IS NOT NULL))),
  constraint models_experiment_fkey FOREIGN KEY (experiment) REFERENCES experiments(id) ON DELETE SET NULL,
  constraint models_pkey PRIMARY KEY (project, name, version),
  constraint models_project_name_fkey FOREIGN KEY (project, name) REFERENCES model_names(project, name)
);

create table notebook_servers (
  id uuid not null,
  project text not null,
  username text not null,
  role text not null,
  lease uuid not null,
  state text not null,
  step text not null,
  fraction real not null,
  reason text,
  socket text not null,
  change bigint not null default nextval('notebook_changes'::regclass),
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  executor_lease uuid,
  more_lease uuid,
  constraint notebook_servers_executor_lease_fkey FOREIGN KEY (executor_lease) REFERENCES leases(id),
  constraint notebook_servers_lease_fkey FOREIGN KEY (lease) REFERENCES leases(id),
  constraint notebook_servers_more_lease_fkey FOREIGN KEY (more_lease) REFERENCES leases(id),
  constraint notebook_servers_pkey PRIMARY KEY (id),
  constraint notebook_servers_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint notebook_servers_role_check CHECK ((role = ANY (ARRAY['data_owner'::text, 'data_scientist'::text]))),
  constraint notebook_servers_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'starting'::text, 'ready'::text, 'stopping'::text, 'failed'::text, 'ended'::text]))),
  constraint notebook_servers_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table operations (
  id uuid not null,
  project text not null,
  kind text not null,
  state text not null,
  dataset text not null,
  path text not null,
  done_bytes bigint not null default 0,
  total_bytes bigint not null default 0,
  left_out bigint not null default 0,
  started_by text not null,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  reason text,
  constraint operations_check CHECK (((state = 'running'::text) = (ended_at IS NULL))),
  constraint operations_kind_check CHECK ((kind = ANY (ARRAY['copy'::text, 'zip'::text, 'unzip'::text]))),
  constraint operations_pkey PRIMARY KEY (id),
  constraint operations_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint operations_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'stopped'::text])))
);

create table pending_acts (
  id uuid not null,
  project text not null,
  username text not null,
  operation text not null,
  summary text not null,
  request bytea,
  request_hash bytea not null,
  state text not null default 'waiting'::text,
  problem jsonb,
  asked_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint pending_acts_pkey PRIMARY KEY (id),
  constraint pending_acts_project_username_fkey FOREIGN KEY (project, username) REFERENCES members(project, username) ON DELETE CASCADE,
  constraint pending_acts_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'confirmed'::text, 'done'::text, 'refused'::text, 'declined'::text, 'expired'::text])))
);

create table projects (
  name text not null,
  description text not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  state text not null default 'active'::text,
  services text[] not null default '{notebooks,experiments}'::text[],
  trashed_at timestamp with time zone,
  constraint projects_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(name),
  constraint projects_pkey PRIMARY KEY (name),
  constraint projects_state_check CHECK ((state = ANY (ARRAY['active'::text, 'archived'::text, 'deleted'::text])))
);

create table public_datasets (
  owner text not null,
  dataset text not null,
  since timestamp with time zone not null default now(),
  made_by text not null,
  constraint public_datasets_made_by_fkey FOREIGN KEY (made_by) REFERENCES users(name),
  constraint public_datasets_owner_dataset_fkey FOREIGN KEY (owner, dataset) REFERENCES datasets(project, name),
  constraint public_datasets_pkey PRIMARY KEY (owner, dataset)
);

create table public_uses (
  owner text not null,
  dataset text not null,
  project text not null,
  added_by text not null,
  added_at timestamp with time zone not null default clock_timestamp(),
  constraint public_uses_added_by_fkey FOREIGN KEY (added_by) REFERENCES users(name),
  constraint public_uses_check CHECK ((project <> owner)),
  constraint public_uses_owner_dataset_fkey FOREIGN KEY (owner, dataset) REFERENCES public_datasets(owner, dataset),
  constraint public_uses_pkey PRIMARY KEY (owner, dataset, project),
  constraint public_uses_project_fkey FOREIGN KEY (project) REFERENCES projects(name)
);

create table quota_requests (
  id uuid not null,
  project text not null,
  asked jsonb not null,
  reason text not null,
  asked_by text not null,
  asked_at timestamp with time zone not null default now(),
  state text not null default 'waiting'::text,
  words text,
  answered_by text,
  answered_at timestamp with time zone,
  constraint quota_requests_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES users(name),
  constraint quota_requests_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES users(name),
  constraint quota_requests_pkey PRIMARY KEY (id),
  constraint quota_requests_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint quota_requests_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'granted'::text, 'declined'::text])))
);

create table quota_warnings (
  project text not null,
  username text not null default ''::text,
  what text not null,
  since timestamp with time zone not null default now(),
  ends_at timestamp with time zone not null,
  boot text not null,
  begun_up bigint not null,
  overdue boolean not null default false,
  constraint quota_warnings_pkey PRIMARY KEY (project, username, what),
  constraint quota_warnings_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint quota_warnings_what_check CHECK ((what = ANY (ARRAY['core-hours'::text, 'gpu-hours'::text, 'bytes'::text, 'files'::text])))
);

create table quotas (
  project text not null,
  username text not null default ''::text,
  limits jsonb not null,
  constraint quotas_pkey PRIMARY KEY (project, username),
  constraint quotas_project_fkey FOREIGN KEY (project) REFERENCES projects(name)
);

create table recovery_codes (
  username text not null,
  hash bytea not null,
  constraint recovery_codes_pkey PRIMARY KEY (username, hash),
  constraint recovery_codes_username_fkey FOREIGN KEY (username) REFERENCES second_factors(username) ON DELETE CASCADE
);

create table refresh_tokens (
  token_hash bytea not null,
  session uuid not null,
  expires_at timestamp with time zone not null,
  used boolean not null default false,
  constraint refresh_tokens_pkey PRIMARY KEY (token_hash),
  constraint refresh_tokens_session_fkey FOREIGN KEY (session) REFERENCES sessions(id) ON DELETE CASCADE
);

create table second_factors (
  username text not null,
  secret bytea not null,
  confirmed_at timestamp with time zone,
  last_counter bigint not null default '-1'::integer,
  created_at timestamp with time zone not null default now(),
  constraint second_factors_pkey PRIMARY KEY (username),
  constraint second_factors_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table seen_bytes (
  project text not null,
  day date not null,
  username text not null,
  source uuid not null,
  bytes bigint not null,
  constraint seen_bytes_pkey PRIMARY KEY (project, day, username, source),
  constraint seen_bytes_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint seen_bytes_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table sessions (
  id uuid not null,
  token_hash bytea not null,
  username text not null,
  created_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  agent text not null default ''::text,
  address text,
  used_at timestamp with time zone not null default now(),
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_hash_key UNIQUE (token_hash),
  constraint sessions_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table shares (
  id uuid not null,
  owner text not null,
  dataset text not null,
  project text not null,
  reaches boolean not null,
  permission text not null,
  state text not null,
  message text not null,
  offered_by text not null,
  offered_at timestamp with time zone not null default now(),
  answered_at timestamp with time zone,
  granted_at timestamp with time zone,
  constraint shares_check CHECK ((project <> owner)),
  constraint shares_check1 CHECK (((state <> 'accepted'::text) OR (reaches AND (granted_at IS NOT NULL)))),
  constraint shares_offered_by_fkey FOREIGN KEY (offered_by) REFERENCES users(name),
  constraint shares_owner_dataset_fkey FOREIGN KEY (owner, dataset) REFERENCES datasets(project, name),
  constraint shares_permission_check CHECK ((permission = ANY (ARRAY['read_only'::text, 'editable'::text]))),
  constraint shares_pkey PRIMARY KEY (id),
  constraint shares_state_check CHECK ((state = ANY (ARRAY['offered'::text, 'accepted'::text, 'rejected'::text, 'withdrawn'::text])))
);

create table storage (
  project text not null,
  dataset text not null,
  bytes bigint not null default 0,
  files bigint not null default 0,
  added_bytes bigint not null default 0,
  added_files bigint not null default 0,
  counted_at timestamp with time zone,
  took_ms integer not null default 0,
  constraint storage_pkey PRIMARY KEY (project, dataset),
  constraint storage_project_dataset_fkey FOREIGN KEY (project, dataset) REFERENCES datasets(project, name) ON DELETE CASCADE
);

create table trash (
  id uuid not null,
  number bigint generated always as identity not null,
  project text not null,
  dataset text not null,
  path text not null,
  through text,
  kind text not null,
  bytes bigint not null default 0,
  files bigint not null default 0,
  programs boolean not null default false,
  deleted_by text not null,
  deleted_at timestamp with time zone not null default now(),
  state text not null,
  restoring jsonb,
  constraint trash_kind_check CHECK ((kind = ANY (ARRAY['file'::text, 'folder'::text]))),
  constraint trash_number_key UNIQUE (number),
  constraint trash_pkey PRIMARY KEY (id),
  constraint trash_project_dataset_fkey FOREIGN KEY (project, dataset) REFERENCES datasets(project, name),
  constraint trash_state_check CHECK ((state = ANY (ARRAY['arriving'::text, 'kept'::text, 'restoring'::text, 'going'::text])))
);

create table trial_curves (
  experiment text not null,
  number integer not null,
  attempt integer not null,
  stride integer not null,
  indexes integer[] not null,
  steps double precision[] not null,
  points double precision[] not null,
  constraint trial_curves_experiment_fkey FOREIGN KEY (experiment) REFERENCES experiments(id),
  constraint trial_curves_pkey PRIMARY KEY (experiment, number)
);

create table trials (
  experiment text not null,
  number integer not null,
  attempt integer not null,
  state text not null,
  params jsonb not null,
  value double precision,
  metrics jsonb not null,
  reason text,
  traceback text,
  executor text,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  presumed boolean not null default false,
  seq bigint not null,
  picked boolean not null default false,
  stop_asked boolean not null default false,
  usage jsonb,
  front boolean not null default false,
  constraint trials_experiment_fkey FOREIGN KEY (experiment) REFERENCES experiments(id),
  constraint trials_pkey PRIMARY KEY (experiment, number),
  constraint trials_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'complete'::text, 'pruned'::text, 'failed'::text, 'stopped'::text])))
);

create table uploads (
  id uuid not null,
  project text not null,
  dataset text not null,
  stored_by text not null,
  path text not null,
  length bigint not null,
  project_user text not null,
  if_match text not null,
  if_none_match text not null,
  checksum text,
  unchecked_from bigint,
  placed_tag text,
  placed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint uploads_length_check CHECK ((length >= 0)),
  constraint uploads_pkey PRIMARY KEY (id),
  constraint uploads_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint uploads_stored_by_fkey FOREIGN KEY (stored_by) REFERENCES projects(name)
);

create table usage (
  project text not null,
  day date not null,
  username text not null,
  kind text not null,
  amount bigint not null,
  constraint usage_pkey PRIMARY KEY (project, day, username, kind),
  constraint usage_project_fkey FOREIGN KEY (project) REFERENCES projects(name),
  constraint usage_username_fkey FOREIGN KEY (username) REFERENCES users(name)
);

create table users (
  name text not null,
  display_name text not null,
  password_hash text not null,
  admin boolean not null default false,
  locked boolean not null default false,
  epoch bigint not null default nextval('epochs'::regclass),
  created_at timestamp with time zone not null default now(),
  must_change boolean not null default false,
  password_until timestamp with time zone,
  constraint users_pkey PRIMARY KEY (name)
);

CREATE INDEX access_tokens_username ON access_tokens USING btree (username);

CREATE INDEX device_certificates_device ON device_certificates USING btree (project, username, device);

CREATE INDEX experiment_points_waiting ON experiment_points USING btree (experiment, ordinal) WHERE (number IS NULL);

CREATE INDEX experiments_changes ON experiments USING btree (project, seq);

CREATE INDEX experiments_newest ON experiments USING btree (project, ordinal DESC);

CREATE INDEX experiments_open ON experiments USING btree (id) WHERE (state = ANY (ARRAY['running'::text, 'paused'::text, 'draining'::text, 'stopping'::text]));

CREATE INDEX journal_action ON journal USING btree (action text_pattern_ops, at) WHERE ("position" IS NOT NULL);

CREATE INDEX journal_asset ON journal USING btree (asset text_pattern_ops, at) WHERE ("position" IS NOT NULL);

CREATE INDEX journal_newest ON journal USING btree (at DESC, "position" DESC) WHERE ("position" IS NOT NULL);

CREATE INDEX journal_newest_actor ON journal USING btree (actor, at DESC, "position" DESC) WHERE ("position" IS NOT NULL);

CREATE INDEX journal_newest_project ON journal USING btree (project, at DESC, "position" DESC) WHERE ("position" IS NOT NULL);

CREATE INDEX journal_project ON journal USING btree (project, "position") WHERE ("position" IS NOT NULL);

CREATE INDEX journal_refused ON journal USING btree (project, at DESC, "position" DESC) WHERE (("position" IS NOT NULL) AND (outcome = 'refused'::text));

CREATE INDEX journal_unsequenced ON journal USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX leases_active ON leases USING btree (turn) WHERE (state <> 'released'::text);

CREATE INDEX leases_unmetered ON leases USING btree (id) WHERE ((metered_up IS NOT NULL) AND ((released_up IS NULL) OR (metered_up < released_up)));

CREATE INDEX members_username ON members USING btree (username);

CREATE INDEX models_draft ON models USING btree (draft_since) WHERE (draft_since IS NOT NULL);

CREATE INDEX models_experiment ON models USING btree (experiment) WHERE (experiment IS NOT NULL);

CREATE INDEX notebook_servers_change ON notebook_servers USING btree (project, username, change);

CREATE INDEX operations_running ON operations USING btree (project) WHERE (state = 'running'::text);

CREATE INDEX pending_acts_expires ON pending_acts USING btree (expires_at);

CREATE INDEX projects_untrashed ON projects USING btree (name) WHERE ((state = 'deleted'::text) AND (trashed_at IS NULL));

CREATE INDEX public_uses_project ON public_uses USING btree (project);

CREATE INDEX quota_requests_newest ON quota_requests USING btree (project, asked_at DESC);

CREATE INDEX quota_requests_waiting ON quota_requests USING btree (asked_at) WHERE (state = 'waiting'::text);

CREATE INDEX sessions_username ON sessions USING btree (username);

CREATE INDEX shares_project ON shares USING btree (project) WHERE (state <> 'withdrawn'::text);

CREATE INDEX trash_moving ON trash USING btree (state) WHERE (state <> 'kept'::text);

CREATE INDEX trash_project ON trash USING btree (project, number DESC);

CREATE INDEX trash_through ON trash USING btree (through, number DESC) WHERE (through IS NOT NULL);

CREATE INDEX trials_changes ON trials USING btree (experiment, seq);

CREATE INDEX trials_front ON trials USING btree (experiment) WHERE front;

CREATE INDEX trials_open ON trials USING btree (experiment) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE INDEX trials_to_stop ON trials USING btree (experiment, number) WHERE (stop_asked AND (state = ANY (ARRAY['queued'::text, 'running'::text])));

CREATE INDEX uploads_expires_at ON uploads USING btree (expires_at);

CREATE INDEX uploads_project_user ON uploads USING btree (project_user, project) WHERE (placed_at IS NULL);

CREATE INDEX uploads_stored_by ON uploads USING btree (stored_by) WHERE (placed_at IS NULL);

CREATE INDEX usage_day ON usage USING btree (day);

CREATE UNIQUE INDEX notebook_servers_live ON notebook_servers USING btree (project, username) WHERE (state = ANY (ARRAY['queued'::text, 'starting'::text, 'ready'::text, 'stopping'::text]));

CREATE UNIQUE INDEX pending_acts_waiting ON pending_acts USING btree (project, username, request_hash) WHERE (state = 'waiting'::text);

CREATE UNIQUE INDEX shares_standing ON shares USING btree (owner, dataset, project) WHERE (state <> 'withdrawn'::text);

import * as account from './account.js';
import * as activity from './activity.js';
import * as admin from './admin.js';
import * as audit from './audit.js';
import * as auth from './auth.js';
import * as batches from './batches.js';
import * as datasets from './datasets.js';
import * as devices from './devices.js';
import * as egress from './egress.js';
import type { AnyEndpoint } from './endpoint.js';
import * as experiments from './experiments.js';
import * as metering from './metering.js';
import * as models from './models.js';
import * as notebooks from './notebooks.js';
import * as operations from './operations.js';
import * as pending from './pending.js';
import * as projects from './projects.js';
import * as previews from './previews.js';
import * as provenance from './provenance.js';
import * as publicDatasets from './public-datasets.js';
import * as quota from './quota.js';
import * as shares from './shares.js';
import * as steering from './steering.js';
import * as tensorboard from './tensorboard.js';
import * as trash from './trash.js';
import * as uploads from './uploads.js';

const isEndpoint = (value: unknown): value is AnyEndpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'access' in value;

/** Every endpoint there is, by the domain that declares it. */
export const endpoints: Readonly<Record<string, readonly AnyEndpoint[]>> = Object.fromEntries(
  Object.entries({
    auth,
    account,
    projects,
    datasets,
    shares,
    trash,
    operations,
    uploads,
    batches,
    publicDatasets,
    activity,
    notebooks,
    quota,
    metering,
    previews,
    egress,
    experiments,
    tensorboard,
    steering,
    provenance,
    models,
    devices,
    pending,
    audit,
    admin
  }).map(([domain, declared]) => [domain, Object.values(declared).filter(isEndpoint)])
);

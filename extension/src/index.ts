import { auditPlugins } from './domains/audit/audit.plugin.js';
import { datasetPlugins } from './domains/datasets/datasets.plugin.js';
import { devicesPlugins } from './domains/devices/devices.plugin.js';
import { egressPlugins } from './domains/egress/egress.plugin.js';
import { experimentPlugins } from './domains/experiments/experiments.plugin.js';
import { meteringPlugins } from './domains/metering/metering.plugin.js';
import { modelPlugins } from './domains/models/models.plugin.js';
import { projectPlugins } from './domains/projects/projects.plugin.js';
import { quotaPlugins } from './domains/quota/quota.plugin.js';

export default [
  ...projectPlugins,
  ...datasetPlugins,
  ...experimentPlugins,
  ...modelPlugins,
  ...quotaPlugins,
  ...meteringPlugins,
  ...egressPlugins,
  ...devicesPlugins,
  ...auditPlugins
];

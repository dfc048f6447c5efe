import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { createAdapters } from './compose.adapters.js';
import { composeDatasets } from './compose.datasets.js';
import { composeSignIn } from './compose.sign-in.js';
import type { Config } from './config.js';
import { adminRoutes, createAdminService, createUsersService, usersRoutes } from './domains/admin/index.js';
import {
  auditRoutes,
  createAuditService,
  createHeads,
  createSequencer,
  createVerification,
  type AuditService
} from './domains/audit/index.js';
import { canOnPlatform, createAuthenticate, holdSignIn } from './domains/auth/index.js';
import {
  createStorageWatch,
  type DatasetsService,
  type FilesService,
  type StorageService
} from './domains/datasets/index.js';
import { createDevicesService, devicesRoutes } from './domains/devices/index.js';
import { createEgressService, egressRoutes } from './domains/egress/index.js';
import {
  createExperimentsFeed,
  createExperimentsService,
  createReaper,
  experimentsRoutes
} from './domains/experiments/index.js';
import { createMeteringService, keepSeenBy, meteringRoutes } from './domains/metering/index.js';
import { createModelsService, createModelsSweep, modelsRoutes } from './domains/models/index.js';
import {
  createNotebooks,
  createNotebooksFeed,
  followMembership,
  notebooksRoutes,
  runsChannel
} from './domains/notebooks/index.js';
import { createPendingService, pendingRoutes } from './domains/pending/index.js';
import {
  canInProject,
  createAccessService,
  createJournalFeed,
  createMembersService,
  createProjectsService,
  createTrash,
  projectsRoutes,
  refuseClosed
} from './domains/projects/index.js';
import {
  createDefaults,
  createQuota,
  createStock,
  createUseOf,
  quotaRoutes,
  readSetLimits
} from './domains/quota/index.js';
import { apiDocs } from './http/api-docs.js';
import { createApp } from './http/app.js';
import { createRoom } from './http/room.js';
import { hubPages } from './http/hub-pages.js';
import { createIdempotency } from './http/idempotency.js';
import { listenForSandbox } from './http/listen.js';
import { createRefusals } from './http/refusals.js';
import { createMetrics } from './http/request-metrics.js';
import { connect } from './platform/db.js';
import { createLive } from './platform/live.js';
import { createMeter } from './platform/meter.js';
import type { Logger } from './platform/logger.js';
import type { PreviewReader } from './ports/preview-reader.js';
import { createOrigins } from './platform/origins.js';
import { secretKey } from './platform/secrets.js';
import { createTask } from './platform/task.js';

export interface Platform {
  /** Answers HTTP requests, on whatever listener they come. */
  readonly handler: RequestListener;
  readonly auth: ReturnType<typeof composeSignIn>['auth'];
  readonly projects: ReturnType<typeof createProjectsService>;
  readonly datasets: DatasetsService;
  readonly files: FilesService;
  readonly audit: AuditService;
  readonly storage: StorageService & { count(): Promise<void> };
  /** Exchanges the authority that signs devices; what the old one signed stays good until it ends. */
  rotateDeviceAuthority(): Promise<void>;
  /** Starts what runs in the background: sequencer, reconcilers. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What tests have in the place of the real thing. */
interface Doubles {
  readonly sandboxRuns?: (id: string) => Promise<boolean>;
  readonly previewReader?: PreviewReader;
}

/** Puts the platform together. */
export const compose = (config: Config, logger: Logger, doubles: Doubles = {}): Platform => {
  const db = connect(config.databaseUrl);
  const live = createLive(config.databaseUrl, logger);
  const origins = createOrigins(config.base, config.port);
  const metrics = createMetrics();
  const signIn = composeSignIn(db, config, origins);
  const adapters = createAdapters(config, doubles);
  const { fileStore, sandbox, previewReader, workplace, deviceAuthority } = adapters;
  const defaults = createDefaults(config.quota);
  // Proxies count what notebook servers send; this is sent by the platform itself.
  const looks = createMeter(keepSeenBy(db), logger, 'what the API sends');
  const stored = composeDatasets({
    db,
    config,
    logger,
    files: fileStore,
    reader: previewReader,
    meter: looks,
    limits: async (on, project) => (await readSetLimits(on, defaults, [project])).project(project),
    holders: (...of) => notebooks.holders(...of)
  });
  const { datasets, storage, files, trash } = stored;
  const experiments = createExperimentsService({ db });
  const models = createModelsService({
    db,
    files: fileStore,
    experiment: experiments.get,
    discard: (actor, place) => trash.put(actor, place, 'folder')
  });
  const followers = {
    onEnd: [experiments.endThoseOf, stored.endUploadsOf],
    onChange: [followMembership(db)]
  };
  const projects = createProjectsService({
    db,
    ...followers,
    onCreate: [(trx, project) => datasets.createBuiltIns(trx, project)],
    onClose: stored.closeProject,
    useOf: createUseOf({ db, stock: () => stock(), stored: storage.bytesOf })
  });
  const members = createMembersService({
    db,
    ...followers,
    holdings: async (project, user) => ({
      notebookServer: await notebooks.service.held(project, user),
      leases: (await quota.service.leases(project)).items.filter(lease => lease.user === user),
      experiments: await experiments.running(project, user)
    })
  });
  const access = createAccessService({
    db,
    assets: {
      dataset: datasets.rightsOn,
      file: datasets.rightsOnFile,
      experiment: experiments.rightsOn,
      model: models.rightsOn
    }
  });
  const egress = createEgressService(db);
  const stock = createStock(workplace, defaults);
  const notebooks = createNotebooks({
    db,
    live,
    logger,
    sandbox,
    workplace,
    stock,
    origins,
    createEntry: (who, next) => signIn.entry.createEntry(who, next),
    datasetMounts: (project, role) => datasets.mountsFor(project, role),
    sharedWith: projects => datasets.sharedWith(projects),
    opensEgress: (project, role) => egress.opensFor(project, role),
    idleMinutes: config.idleMinutes,
    sparkIdleMinutes: config.sparkIdleMinutes,
    listen: (path, identity) => listenForSandbox(handler, path, identity)
  });
  const heads = createHeads(config.data);
  const sequencer = createSequencer({ db, heads, logger });
  const audit = createAuditService({ db, heads });
  const refusals = createRefusals(db);
  const quota = createQuota({
    db,
    stock,
    defaults,
    storage: project => storage.of(project),
    stored: () => storage.all(),
    graceMinutes: config.quota.graceMinutes,
    storageGraceMinutes: config.quota.storageGraceMinutes,
    channel: runsChannel
  });
  const storageWatch = createStorageWatch({
    db,
    files: fileStore,
    logger,
    writers: notebooks.writers,
    over: () => quota.storageOver()
  });
  const admin = createAdminService({ db, run: config.run, build: config.build });
  const users = createUsersService({
    db,
    onLock: members.endAll,
    onLocked: members.follow,
    onReset: (trx, actor, user) => devices.revokeAll(trx, actor, user)
  });

  const pending = createPendingService({ db, origins, key: secretKey(config.data, 'pending') });

  const devices = createDevicesService({
    db,
    authority: deviceAuthority,
    programsUrl: createOrigins(config.base, config.programsPort).hub,
    holdSignIn
  });

  const authenticate = createAuthenticate({
    db,
    tokens: signIn.tokens,
    origins,
    roleIn: projects.roleIn,
    deviceOf: (fingerprint, address) => devices.deviceOf(fingerprint, address),
    notebookClaims: signIn.notebookClaims
  });

  const app = createApp({
    logger,
    requestMetrics: metrics.middleware,
    authenticate,
    rules: {
      onPlatform: canOnPlatform,
      inProject: canInProject,
      standing: projects.standing,
      open: refuseClosed
    },
    idempotency: createIdempotency(db),
    refusals: refusals.refuse,
    hold: pending.hold,
    meter: looks,
    // Half of it: whoever fills the disk with files is ended before.
    room: createRoom(config.data, config.disk.reserve / 2),
    pages: [signIn.pages, apiDocs(), hubPages(join(config.root, 'extension', 'hub-dist'), origins)],
    routes: api => {
      signIn.routes(api);
      projectsRoutes(
        api,
        { projects, members, access },
        [createJournalFeed(db), createExperimentsFeed(db), createNotebooksFeed(db, origins)],
        live
      );
      notebooksRoutes(api, notebooks);
      quotaRoutes(api, quota);
      meteringRoutes(api, createMeteringService(db));
      egressRoutes(api, egress);
      experimentsRoutes(api, experiments, {
        db,
        addressOf: (...whose) => notebooks.service.addressOf(...whose)
      });
      modelsRoutes(api, models);
      stored.routes(api);
      auditRoutes(api, audit, createVerification({ db, audit, logger }));
      devicesRoutes(api, devices);
      pendingRoutes(api, pending);
      adminRoutes(api, admin, metrics.registry);
      usersRoutes(api, users);
    }
  });

  const answer = app.callback();
  const handler: RequestListener = (request, response) => void answer(request, response);

  const task = (name: string, everyMs: number, run: () => Promise<unknown>, channel?: string) =>
    createTask({ name, everyMs, logger, run, ...(channel && { wake: wake => live.on(channel, wake) }) });
  const [second, minute, hour] = [1000, 60_000, 3_600_000];
  const sandboxRuns = doubles.sandboxRuns ?? (async (id: string) => 'pid' in (await sandbox.status(id)));
  const reap = createReaper({ db, service: experiments, sandboxRuns });
  const sweepModels = createModelsSweep({
    db,
    files: fileStore,
    count: (...change) => storage.change(...change)
  });
  const discardDeleted = createTrash({
    db,
    isBusy: notebooks.service.isBusy,
    discard: project => fileStore.discard(project)
  });
  const removeExpired = () => Promise.all([signIn.removeExpired(), devices.removeExpired()]);
  const tasks = [
    task('journal sequencer', second, () => sequencer.run(), 'journal'),
    task('refusals of nobody known', minute, () => refusals.flush()),
    task('experiments without a driver', 10 * second, reap, runsChannel),
    ...stored.work.map(({ name, everyMs, run, channel }) => task(name, everyMs, run, channel)),
    task('what is stored', 3 * second, () => storageWatch.look()),
    task('models that nobody goes on with', 10 * minute, sweepModels),
    task('what the API sends', 2 * second, () => looks.flush()),
    task('expired pending acts', minute, () => pending.expire()),
    task('meter', minute, () => quota.measure()),
    task('files of deleted projects', 10 * second, discardDeleted, runsChannel),
    task('expired sessions', hour, removeExpired)
  ];

  return {
    handler,
    auth: signIn.auth,
    projects,
    datasets,
    files,
    audit,
    storage: { ...storage, count: () => storageWatch.count() },
    rotateDeviceAuthority: adapters.rotateDeviceAuthority,
    start: async () => {
      await stored.recover();
      for (const task of tasks) await task.start();
      await notebooks.start();
    },
    async close() {
      for (const task of tasks) task.stop();
      await storageWatch.close();
      await stored.close();
      await notebooks.close();
      await looks.flush();
      try {
        await refusals.flush();
        await sequencer.close();
      } catch (error) {
        logger.warn({ err: error }, 'the journal’s end is signed at the next start');
      }
      await live.close();
      await db.destroy();
    }
  };
};

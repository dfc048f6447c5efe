import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { createAdapters } from './compose.adapters.js';
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
import {
  accountRoutes,
  authRoutes,
  canOnPlatform,
  createAccessTokensService,
  createAuthenticate,
  createAuthService,
  createAuthStore,
  createConfirmation,
  createNotebookClaims,
  createNotebookCookies,
  createNotebookEntry,
  createPasswordsService,
  createSecondFactor,
  createSessionsService,
  createThrottle,
  createTokens,
  holdSignIn,
  notebookEntryPages
} from './domains/auth/index.js';
import {
  createArchiveService,
  createGathering,
  activityRoutes,
  createActivityService,
  createReadmeService,
  createDatasetUpdate,
  createDatasetsService,
  createFilesService,
  createOperationsService,
  createPreviewsService,
  createPublicService,
  createSharesService,
  createStorageService,
  createStorageWatch,
  createTrashService,
  batchesRoutes,
  createBatchesService,
  createUploadsService,
  datasetsChannel,
  datasetsRoutes,
  operationsRoutes,
  previewsRoutes,
  publicRoutes,
  sharesRoutes,
  trashChannel,
  trashRoutes,
  uploadsChannel,
  uploadsRoutes,
  type SharesDeps,
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
  followGrants,
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
  readonly auth: ReturnType<typeof createAuthService>;
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
  const tokens = createTokens(secretKey(config.data, 'tokens'));
  const cookies = createNotebookCookies(secretKey(config.data, 'notebook-cookie'));
  const entry = createNotebookEntry({ db, origins, cookies });
  const metrics = createMetrics();

  const throttle = createThrottle();
  const confirm = createConfirmation(db, throttle);
  const secondFactor = createSecondFactor({
    db,
    throttle,
    key: secretKey(config.data, 'second-factor'),
    confirm
  });
  const auth = createAuthService({ db, tokens, throttle, origins, secondFactor });
  const account = {
    sessions: createSessionsService(db),
    accessTokens: createAccessTokensService(db),
    passwords: createPasswordsService(db, confirm),
    secondFactor
  };
  const adapters = createAdapters(config, doubles);
  const { fileStore, sandbox, previewReader, workplace, deviceAuthority } = adapters;
  const defaults = createDefaults(config.quota);
  const datasets = createDatasetsService({ db, files: fileStore });
  const storage = createStorageService({
    db,
    limits: async (on, project) => (await readSetLimits(on, defaults, [project])).project(project)
  });
  const arriving = { db, files: fileStore, datasets, storage, limit: config.uploadLimit };
  const trash = createTrashService({ db, files: fileStore, datasets, days: config.trashDays });
  const files = createFilesService({ ...arriving, trash });
  const operations = createOperationsService({ db, logger });
  const uploads = createUploadsService({ ...arriving, hours: config.uploadHours });
  const batches = createBatchesService(arriving);
  const betweenProjects: SharesDeps = {
    db,
    onGrants: async (trx, project) => {
      await uploads.endUngranted(trx, project);
      await followGrants(trx, project);
    },
    holders: (project, owner, dataset) => notebooks.holders(project, owner, dataset)
  };
  const shares = createSharesService(betweenProjects);
  const publicDatasets = createPublicService(betweenProjects);
  const experiments = createExperimentsService({ db });
  const models = createModelsService({
    db,
    files: fileStore,
    experiment: experiments.get,
    discard: (actor, place) => trash.put(actor, place, 'folder')
  });
  const followers = {
    onEnd: [experiments.endThoseOf, uploads.endThoseOf],
    onChange: [followMembership(db)]
  };
  const projects = createProjectsService({
    db,
    ...followers,
    onCreate: [(trx, project) => datasets.createBuiltIns(trx, project)],
    onClose: async (...closed) => {
      await shares.endThoseOf(...closed);
      await publicDatasets.endThoseOf(...closed);
    },
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
  // Proxies count what notebook servers send; this is sent by the platform itself.
  const looks = createMeter(keepSeenBy(db), logger, 'what previews send');
  const readme = createReadmeService({ files: fileStore, datasets, meter: looks });
  const previews = createPreviewsService({ files: fileStore, datasets, reader: previewReader, meter: looks });
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
    createEntry: (who, next) => entry.createEntry(who, next),
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
    tokens,
    origins,
    roleIn: projects.roleIn,
    deviceOf: (fingerprint, address) => devices.deviceOf(fingerprint, address),
    notebookClaims: createNotebookClaims(db, cookies)
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
    pages: [
      notebookEntryPages(entry, origins),
      apiDocs(),
      hubPages(join(config.root, 'extension', 'hub-dist'), origins)
    ],
    routes: api => {
      authRoutes(api, auth, tokens, origins);
      accountRoutes(api, account, origins);
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
      datasetsRoutes(api, datasets, files, createDatasetUpdate({ db, onGrants: followGrants }));
      uploadsRoutes(api, uploads);
      batchesRoutes(api, batches);
      sharesRoutes(api, shares);
      previewsRoutes(api, previews);
      activityRoutes(api, createActivityService({ db, datasets }), readme);
      trashRoutes(api, trash);
      const taking = { ...arriving, operations, gathering: createGathering(fileStore) };
      operationsRoutes(api, taking, createArchiveService(taking));
      publicRoutes(api, publicDatasets, datasets);
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
  const removeExpired = () => Promise.all([createAuthStore(db).removeExpired(), devices.removeExpired()]);
  const tasks = [
    task('journal sequencer', second, () => sequencer.run(), 'journal'),
    task('refusals of nobody known', minute, () => refusals.flush()),
    task('experiments without a driver', 10 * second, reap, runsChannel),
    task('folders of datasets', minute, () => datasets.reconcile(), datasetsChannel),
    task('expired uploads', minute, () => uploads.expire(), uploadsChannel),
    task('what is stored', 3 * second, () => storageWatch.look()),
    task('trash', minute, () => trash.reconcile(), trashChannel),
    task('models that nobody goes on with', 10 * minute, sweepModels),
    task('what previews send', 2 * second, () => looks.flush()),
    task('expired pending acts', minute, () => pending.expire()),
    task('meter', minute, () => quota.measure()),
    task('files of deleted projects', 10 * second, discardDeleted, runsChannel),
    task('expired sessions', hour, removeExpired)
  ];

  return {
    handler,
    auth,
    projects,
    datasets,
    files,
    audit,
    storage: { ...storage, count: () => storageWatch.count() },
    rotateDeviceAuthority: adapters.rotateDeviceAuthority,
    start: async () => {
      await uploads.expire();
      await operations.recover();
      await batches.recover();
      await fileStore.sweep(await uploads.unfinished());
      await previewReader.sweep();
      for (const task of tasks) await task.start();
      await notebooks.start();
    },
    async close() {
      for (const task of tasks) task.stop();
      await storageWatch.close();
      await operations.close();
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

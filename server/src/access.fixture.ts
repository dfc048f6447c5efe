import type { Channel } from '@hopslab/schema';

/** Who may ask for something. `removed` was a member until just now, `locked` is one who may not sign in any more. */
export const people = ['anonymous', 'locked', 'removed', 'stranger', 'admin', 'scientist', 'owner'] as const;
export type Who = (typeof people)[number];

/** `in` is let in: what is answered then depends on the request, not on who asks. */
type Answer = 'in' | '401' | '403' | '404';

/** What each of them is answered, through a channel that the endpoint is open to. */
export const answers = {
  //          anonymous locked removed stranger admin scientist owner
  anybody: [ 'in',     'in',  'in',   'in',    'in',  'in',     'in'],
  person:  [ '401',    '401', 'in',   'in',    'in',  'in',     'in'],
  admins:  [ '401',    '401', '403',  '403',   'in',  '403',    '403'],
  members: [ '401',    '401', '404',  '404',   '404', 'in',     'in'],
  owners:  [ '401',    '401', '404',  '404',   '404', '403',    'in']
} as const satisfies Record<string, readonly Answer[]>; // prettier-ignore

type Row = readonly [keyof typeof answers, readonly Channel[]];

const everywhere = ['hub', 'token', 'notebook', 'sandbox'] as const;
/** With what a notebook holds it cannot be done. */
const personal = ['hub', 'token'] as const;
const browsers = ['hub', 'token', 'notebook'] as const;
const programs = ['token', 'sandbox'] as const;

/**
 * Who may call each endpoint, and through which channels: a row for every operation of `openapi.json`, written down
 * here a second time on purpose. What is asked for is ada's, the owner's, where it is somebody's.
 */
export const table: Readonly<Record<string, Row>> = {
  health: ['anybody', everywhere],
  ready: ['anybody', everywhere],
  metrics: ['anybody', [...browsers, 'device']],
  getServices: ['admins', personal],

  login: ['anybody', everywhere],
  refresh: ['anybody', everywhere],
  me: ['person', everywhere],
  searchUsers: ['person', personal],
  listUsers: ['admins', personal],
  createUser: ['admins', personal],
  updateUser: ['admins', personal],
  endSignIns: ['admins', personal],
  resetPassword: ['admins', personal],
  logout: ['person', personal],

  listSessions: ['person', personal],
  endSession: ['person', personal],
  endOtherSessions: ['person', personal],
  listOwnDevices: ['person', personal],
  listTokens: ['person', personal],
  createToken: ['person', personal],
  revokeToken: ['person', personal],
  changePassword: ['person', personal],
  getSecondFactor: ['person', personal],
  enrolSecondFactor: ['person', personal],
  confirmSecondFactor: ['person', personal],
  removeSecondFactor: ['person', personal],

  listProjects: ['person', personal],
  createProject: ['person', personal],
  getProject: ['members', everywhere],
  updateProject: ['owners', browsers],
  projectEvents: ['members', everywhere],
  getAccess: ['members', everywhere],
  listServices: ['members', everywhere],
  getService: ['members', everywhere],
  putService: ['owners', personal],
  // Each undoes the one before.
  archiveProject: ['owners', personal],
  unarchiveProject: ['owners', personal],
  deleteProject: ['owners', personal],

  listMembers: ['members', everywhere],
  getMember: ['members', everywhere],
  getHoldings: ['members', everywhere],
  addMembers: ['owners', personal],
  putMember: ['owners', personal],
  // Somebody else; everybody may remove themselves.
  removeMember: ['owners', personal],

  listDevices: ['members', everywhere],
  getDevice: ['members', everywhere],
  issueCertificate: ['members', personal],
  revokeDevice: ['members', personal],

  // The click is a person's, in front of the hub.
  listPending: ['person', ['hub']],
  getPending: ['person', ['hub']],
  decidePending: ['person', ['hub']],

  listDatasets: ['members', everywhere],
  createDataset: ['owners', browsers],
  getDataset: ['members', everywhere],
  listEntries: ['members', everywhere],
  getEntry: ['members', everywhere],
  listShares: ['members', everywhere],
  createShare: ['owners', personal],
  changeShare: ['owners', personal],
  removeShare: ['owners', personal],
  listShareHolders: ['owners', browsers],
  listGivenShares: ['members', everywhere],
  listOffers: ['members', everywhere],
  acceptOffer: ['owners', personal],
  rejectOffer: ['owners', personal],
  listPublicDatasets: ['person', browsers],
  listPublications: ['members', everywhere],
  makePublic: ['owners', personal],
  makePrivate: ['owners', personal],
  listPublicHolders: ['owners', browsers],
  importPublic: ['owners', browsers],
  listAddedDatasets: ['members', everywhere],
  returnPublic: ['owners', personal],
  listActivity: ['members', everywhere],
  getReadme: ['members', browsers],
  updateDataset: ['owners', browsers],
  // Programs; data is the owners'.
  makeFolder: ['members', browsers],
  readFile: ['members', browsers],
  writeFile: ['members', browsers],
  createUpload: ['members', browsers],
  listUploads: ['members', browsers],
  getUpload: ['members', browsers],
  appendUpload: ['members', browsers],
  removeUpload: ['members', browsers],
  uploadBatch: ['members', browsers],
  moveFile: ['members', browsers],
  deleteFile: ['members', browsers],
  listTrash: ['members', everywhere],
  restoreTrash: ['members', browsers],
  removeTrash: ['members', browsers],
  emptyTrash: ['members', browsers],
  copyFile: ['members', browsers],
  zipFiles: ['owners', browsers],
  unzipFile: ['members', browsers],
  readArchive: ['members', browsers],
  getOperation: ['members', everywhere],
  stopOperation: ['members', browsers],

  getNotebookServer: ['members', everywhere],
  startNotebookServer: ['members', personal],
  stopNotebookServer: ['members', browsers],
  enterNotebookServer: ['members', ['hub']],
  previewFile: ['members', browsers],
  previewStatistics: ['members', browsers],
  holdCompute: ['members', ['sandbox']],
  giveBackCompute: ['members', ['sandbox']],

  listLeases: ['members', everywhere],
  getQuota: ['members', everywhere],
  getUsage: ['members', everywhere],
  listUserQuotas: ['members', everywhere],
  putUserQuota: ['owners', personal],
  askForQuota: ['owners', browsers],
  listQuotaRequests: ['members', everywhere],
  listWaitingQuotaRequests: ['admins', personal],
  answerQuotaRequest: ['admins', personal],
  getMachine: ['admins', personal],
  listMachineLeases: ['admins', personal],
  listProjectLimits: ['admins', personal],
  getProjectLimits: ['admins', personal],
  putProjectLimits: ['admins', personal],

  getMetering: ['owners', browsers],
  getEgress: ['members', everywhere],
  putEgress: ['owners', personal],
  getEgressUse: ['owners', browsers],

  listExperiments: ['members', everywhere],
  getExperiment: ['members', everywhere],
  listTrials: ['members', everywhere],
  listCurves: ['members', everywhere],
  createExperiment: ['members', programs],
  resumeExperiment: ['members', programs],
  reportTrials: ['members', programs],
  finishExperiment: ['members', programs],
  stopExperiment: ['members', everywhere],
  pauseExperiment: ['members', everywhere],
  continueExperiment: ['members', everywhere],
  stopTrial: ['members', everywhere],
  enqueueTrial: ['members', everywhere],
  annotateExperiment: ['members', everywhere],
  openTensorboard: ['members', everywhere],
  tellProvenance: ['members', programs],
  getProvenance: ['members', everywhere],

  listModels: ['members', everywhere],
  listModelVersions: ['members', everywhere],
  getBestModel: ['members', everywhere],
  getModelVersion: ['members', everywhere],
  reserveModel: ['members', everywhere],
  registerModel: ['members', everywhere],
  deleteModel: ['members', everywhere],

  listProjectAudit: ['owners', browsers],
  exportProjectAudit: ['owners', browsers],
  listPlatformAudit: ['admins', personal],
  exportPlatformAudit: ['admins', personal],
  getVerification: ['admins', personal],
  startVerification: ['admins', personal],
  verifyAudit: ['admins', personal]
};

const anyDevice = [
  'me',
  'getProject',
  'listServices',
  'getService',
  'getEgress',
  'listDevices',
  'getDevice',
  'issueCertificate'
];

/** What somebody's device may call: an application outside manages nothing, and a data scientist's carries no data. */
export const byDevice: Readonly<Partial<Record<Who, readonly string[]>>> = {
  scientist: anyDevice,
  owner: [
    ...anyDevice,
    'listDatasets',
    'getDataset',
    'listShares',
    'listGivenShares',
    'listOffers',
    'listPublications',
    'listActivity',
    'listAddedDatasets',
    'listEntries',
    'getEntry',
    'makeFolder',
    'readFile',
    'writeFile',
    'createUpload',
    'listUploads',
    'getUpload',
    'appendUpload',
    'removeUpload',
    'uploadBatch',
    'moveFile',
    'deleteFile',
    'listTrash',
    'restoreTrash',
    'removeTrash',
    'emptyTrash',
    'copyFile',
    'zipFiles',
    'unzipFile',
    'readArchive',
    'getOperation',
    'stopOperation',
    'listExperiments',
    'getExperiment',
    'listTrials',
    'listCurves',
    'getProvenance',
    'listModels',
    'listModelVersions',
    'getBestModel',
    'getModelVersion'
  ],
  stranger: ['me'],
  admin: ['me']
};

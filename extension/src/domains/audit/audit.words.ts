import { endpoints, type audit } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';

type Row = Pick<audit.AuditRow, 'actor' | 'action' | 'asset' | 'outcome' | 'data'>;

/** What people are called, by their user names. */
export type Names = ReadonlyMap<string, string>;

const summaries = new Map(
  Object.values(endpoints)
    .flat()
    .map(({ id, summary }) => [id, summary])
);

/** What comes after the kind: `bob` of `member:bob`. */
const subjectOf = (asset: string): string => asset.slice(asset.indexOf(':') + 1);

export const personOf = (name: string, names: Names, words: Translate): string => {
  if (name === '(platform)') return words.__('Hopslab');
  if (name === '(command line)') return words.__('The command line');
  if (name === '(anonymous)') return words.__('Somebody unknown');
  return names.get(name) ?? name;
};

const roleWord = (role: unknown, words: Translate): string =>
  role === 'data_owner' ? words.__('data owner') : words.__('data scientist');

type Say = (who: string, what: string, words: Translate, data: Row['data']) => string;

/** Who did what to what, in one sentence each. */
const sentences: Readonly<Record<string, Say>> = {
  login: (who, _what, words) => words.__('%1 signed in', who),
  logout: (who, _what, words) => words.__('%1 signed out', who),
  'session.ended': (who, _what, words) => words.__('A sign-in of %1 was ended', who),
  'user.created': (who, what, words) => words.__('%1 created the user %2', who, what),
  'user.locked': (who, what, words) => words.__('%1 locked the user %2', who, what),
  'user.unlocked': (who, what, words) => words.__('%1 unlocked the user %2', who, what),
  'user.admin-made': (who, what, words) => words.__('%1 made %2 an administrator', who, what),
  'user.admin-unmade': (who, what, words) => words.__('%1 made %2 an ordinary user', who, what),
  'user.signed-out': (who, what, words) => words.__('%1 ended every sign-in of %2', who, what),
  'user.password-reset': (who, what, words) => words.__('%1 gave %2 a one-time password', who, what),
  'project.created': (who, what, words) => words.__('%1 created the project %2', who, what),
  'project.updated': (who, what, words) => words.__('%1 changed the description of %2', who, what),
  'member.added': (who, what, words, { role }) =>
    words.__('%1 added %2 as %3', who, what, roleWord(role, words)),
  'member.removed': (who, what, words) => words.__('%1 removed %2', who, what),
  'member.role-changed': (who, what, words, { role }) =>
    words.__('%1 made %2 a %3', who, what, roleWord(role, words)),
  'dataset.created': (who, what, words) => words.__('%1 created the dataset %2', who, what),
  'dataset.updated': (who, what, words, { editable }) =>
    editable === undefined
      ? words.__('%1 changed the description of the dataset %2', who, what)
      : editable === true
        ? words.__('%1 let programs of data scientists write to %2', who, what)
        : words.__('%1 let programs of data scientists only read %2', who, what),
  'public.made': (who, what, words) => words.__('%1 made the dataset %2 public', who, what),
  'public.ended': (who, what, words) => words.__('%1 made the dataset %2 private again', who, what),
  'public.added': (who, what, words, { project }) =>
    typeof project === 'string'
      ? words.__('%1 added the public dataset %2 to the project %3', who, what, project)
      : words.__('%1 added the public dataset %2', who, what),
  'public.returned': (who, what, words) => words.__('%1 gave the public dataset %2 back', who, what),
  'public.lost': (_who, what, words, { project }) =>
    typeof project === 'string'
      ? words.__('%1 is public no more, and the project %2 has lost it', what, project)
      : words.__('%1 is public no more', what),
  'file.uploaded': (who, what, words, { batch, files }) =>
    typeof batch === 'string'
      ? words._n('%2 uploaded a file to %3', '%2 uploaded %1 files to %3', Number(files), who, what)
      : words.__('%1 uploaded %2', who, what),
  'file.upload-given-up': (who, what, words, { user }) =>
    words.__('%1 gave up the upload of %2 that %3 had under way', who, what, String(user)),
  'file.downloaded': (who, what, words) => words.__('%1 downloaded %2', who, what),
  'file.moved': (who, what, words, { to }) => words.__('%1 moved %2 to %3', who, what, String(to)),
  'file.deleted': (who, what, words) => words.__('%1 deleted %2', who, what),
  'file.restored': (who, what, words) => words.__('%1 brought %2 back from the trash', who, what),
  'file.copied': (who, what, words, { to }) => words.__('%1 copied %2 to %3', who, what, String(to)),
  'file.zipped': (who, what, words) => words.__('%1 packed %2', who, what),
  'file.unzipped': (who, what, words, { from }) => words.__('%1 unpacked %2 to %3', who, String(from), what),
  'trash.removed': (who, what, words) => words.__('%1 removed %2 from the trash, for good', who, what),
  'trash.emptied': (who, _what, words) => words.__('%1 emptied the trash', who),
  'trash.expired': (_who, what, words) =>
    words.__('%1 was in the trash too long, and is gone for good', what),
  'folder.created': (who, what, words) => words.__('%1 made the folder %2', who, what),
  'share.offered': (who, what, words, { project }) =>
    typeof project === 'string'
      ? words.__('%1 offered %2 to the project %3', who, what, project)
      : words.__('%1 offered %2 to this project', who, what),
  'share.accepted': (who, what, words) => words.__('%1 accepted %2', who, what),
  'share.rejected': (who, what, words) => words.__('%1 rejected %2', who, what),
  'share.changed': (who, what, words, { permission }) =>
    permission === 'editable'
      ? words.__('%1 let %2 be changed where it is shared', who, what)
      : words.__('%1 made %2 read-only where it is shared', who, what),
  'share.withdrawn': (who, what, words) => words.__('%1 took %2 back', who, what),
  'notebook.folder-read-only': (_who, what, words, { dataset, reason }) =>
    words.__('%2 became read-only in %1: %3', what, String(dataset), String(reason)),
  'notebook.folder-taken': (_who, what, words) =>
    words.__('A folder was taken out of the notebook server of %1', what),
  'experiment.started': (who, what, words, { name }) =>
    words.__('%1 began the experiment %2', who, typeof name === 'string' ? name : what),
  'experiment.resumed': (who, what, words, { name }) =>
    words.__('%1 resumed the experiment %2', who, typeof name === 'string' ? name : what),
  'experiment.stop-requested': (who, what, words, { after }) =>
    after === 'running'
      ? words.__('%1 asked the experiment %2 to stop after what runs', who, what)
      : words.__('%1 asked the experiment %2 to stop', who, what),
  'experiment.pause-requested': (who, what, words, { name }) =>
    words.__('%1 paused the experiment %2', who, typeof name === 'string' ? name : what),
  'experiment.continued': (who, what, words, { name }) =>
    words.__('%1 let the experiment %2 go on', who, typeof name === 'string' ? name : what),
  'experiment.trial-stop-requested': (who, what, words, { name, number }) =>
    words.__('%1 asked trial %2 of %3 to stop', who, String(number), typeof name === 'string' ? name : what),
  'experiment.point-added': (who, what, words, { name }) =>
    words.__('%1 added a point to the experiment %2', who, typeof name === 'string' ? name : what),
  'experiment.annotated': (who, what, words, { name }) =>
    words.__('%1 wrote on the experiment %2', who, typeof name === 'string' ? name : what),
  'tensorboard.opened': (who, what, words) =>
    words.__('%1 looked at the experiment %2 in TensorBoard', who, what),
  'experiment.ended': (_who, what, words, { state }) =>
    words.__('The experiment %1 ended: %2', what, String(state)),
  'model.reserved': (who, what, words, { overwrite }) =>
    overwrite === true
      ? words.__('%1 began to write the model %2 anew', who, what)
      : words.__('%1 began to write the model %2', who, what),
  'model.registered': (who, what, words, { again }) =>
    again === true
      ? words.__('%1 registered the model %2 again', who, what)
      : words.__('%1 registered the model %2', who, what),
  'model.deleted': (who, what, words) => words.__('%1 deleted the model %2', who, what),
  'model.given-up': (_who, what, words) => words.__('Nobody finished the model %1', what),
  'notebook.queued': (_who, what, words) => words.__('The notebook server of %1 waits its turn', what),
  'notebook.started': (_who, what, words) => words.__('The notebook server of %1 was started', what),
  'notebook.ready': (_who, what, words) => words.__('The notebook server of %1 was ready', what),
  'notebook.stopping': (_who, what, words) => words.__('The notebook server of %1 was asked to stop', what),
  'notebook.failed': (_who, what, words) => words.__('The notebook server of %1 failed', what),
  'notebook.ended': (_who, what, words) => words.__('The notebook server of %1 ended', what),
  'notebook.entered': (who, _what, words) => words.__('%1 opened their notebook server', who),
  'compute.held': (_who, what, words, { executors }) =>
    typeof executors === 'number'
      ? words._n('%2 got an executor', '%2 got %1 executors', executors, what)
      : words.__('%1 got executors', what),
  'compute.grown': (_who, what, words, { executors }) =>
    words._n('%2 now has an executor', '%2 got more, and now has %1 executors', Number(executors), what),
  'compute.shrunk': (_who, what, words, { executors }) =>
    words._n(
      '%2 gave executors back, and keeps one',
      '%2 gave executors back, and keeps %1',
      Number(executors),
      what
    ),
  'compute.given-back': (_who, what, words) => words.__('%1 gave the executors back', what),
  'compute.expired': (_who, what, words) => words.__('The executors of %1 were taken back', what),
  'quota.set': (who, what, words) => words.__('%1 set the limits of %2', who, what.replace('/', ', ')),
  'quota.asked': (who, _what, words) => words.__('%1 asked for more', who),
  'quota.granted': (who, _what, words) => words.__('%1 granted a request for more', who),
  'quota.declined': (who, _what, words) => words.__('%1 declined a request for more', who),
  'quota.used-up': (_who, what, words) => words.__('The hours of this month are used up: %1', what),
  'quota.storage-over': (_who, what, words, { what: kind }) =>
    kind === 'files'
      ? words.__('%1 stores more files than its quota', what)
      : words.__('%1 stores more than its quota', what),
  'quota.storage-within': (_who, what, words) => words.__('%1 stores no more than its quota again', what),
  'quota.free-again': (_who, what, words) => words.__('There are hours again: %1', what),
  'audit.exported': (who, _what, words) => words.__('%1 exported the audit', who),
  'audit.verified': (who, _what, words) => words.__('%1 verified the journal', who),
  'backup.begun': (who, _what, words) => words.__('%1 began a backup of everything', who),
  'password.changed': (who, _what, words) => words.__('%1 changed their password', who),
  'factor.added': (who, _what, words) => words.__('%1 added a second factor to their account', who),
  'factor.removed': (who, _what, words) => words.__('%1 removed the second factor of their account', who),
  'factor.recovery-code-used': (who, _what, words) => words.__('%1 used a recovery code', who),
  'token.created': (who, _what, words, { name }) =>
    words.__('%1 made the access token %2', who, String(name)),
  'token.revoked': (who, _what, words, { name }) =>
    words.__('%1 revoked the access token %2', who, String(name)),
  'member.left': (who, _what, words) => words.__('%1 left the project', who),
  'project.archived': (who, what, words) => words.__('%1 archived the project %2', who, what),
  'project.unarchived': (who, what, words) => words.__('%1 opened the archived project %2 again', who, what),
  'project.deleted': (who, what, words) => words.__('%1 deleted the project %2', who, what),
  'service.enabled': (who, what, words) => words.__('%1 switched %2 on', who, what),
  'service.disabled': (who, what, words) => words.__('%1 switched %2 off', who, what),
  'egress.enabled': (who, what, words) => words.__('%1 let data owners of %2 reach the internet', who, what),
  'egress.disabled': (who, what, words) => words.__('%1 cut %2 off from the internet', who, what),
  'egress.used': (who, what, words) => words.__('Programs of %1 reached %2', who, what),
  'device.created': (who, what, words) => words.__('%1 added the device %2', who, what),
  'device.revoked': (who, what, words) => words.__('%1 revoked the device %2', who, what),
  'device.certificate-issued': (who, what, words) =>
    words.__('%1 got a certificate for the device %2', who, what),
  'pending.asked': (who, _what, words, { summary }) =>
    words.__('A notebook of %1 asked for this: %2', who, String(summary)),
  'pending.confirmed': (who, _what, words, { summary }) => words.__('%1 confirmed: %2', who, String(summary)),
  'pending.declined': (who, _what, words, { summary }) => words.__('%1 declined: %2', who, String(summary)),
  'pending.done': (who, _what, words, { summary }) =>
    words.__('What %1 confirmed was done: %2', who, String(summary)),
  'pending.refused': (who, _what, words, { summary }) =>
    words.__('What %1 confirmed was refused: %2', who, String(summary)),
  'pending.expired': (_who, _what, words, { summary }) =>
    words.__('Nobody confirmed in time: %1', String(summary))
};

/** A row as somebody would tell it. */
export const sentenceOf = (row: Row, names: Names, words: Translate): string => {
  const who = personOf(row.actor, names, words);
  const subject = subjectOf(row.asset);
  const what = /^(member|notebook-server|user):/.test(row.asset) ? personOf(subject, names, words) : subject;
  if (row.outcome === 'refused' && row.action === 'egress.used')
    return words.__('Programs of %1 were refused %2', who, what);
  if (row.outcome === 'refused')
    return row.action === 'login'
      ? words.__('A sign-in as %1 failed', what === '?' ? words.__('nobody known') : what)
      : words.__('%1 was refused: %2', who, summaries.get(row.action) ?? row.action);
  const say = Object.hasOwn(sentences, row.action) ? sentences[row.action] : undefined;
  return say ? say(who, what, words, row.data) : words.__('%1: %2, %3', who, row.action, row.asset);
};

export const wayWord = (way: audit.WayIn, words: Translate): string =>
  ({
    hub: words.__('Hub'),
    token: words.__('Token'),
    notebook: words.__('JupyterLab'),
    sandbox: words.__('Program inside'),
    device: words.__('Device'),
    'command line': words.__('Command line'),
    platform: words.__('Hopslab itself'),
    unknown: words.__('Not recorded')
  })[way];

/** Kinds of actions to choose from: the beginning of the action, and what it is called. */
export const kindsOf = (words: Translate): readonly { readonly value: string; readonly label: string }[] => [
  { value: '', label: words.__('Everything') },
  { value: 'member.', label: words.__('Members') },
  { value: 'project.', label: words.__('The project') },
  { value: 'dataset.', label: words.__('Datasets') },
  { value: 'file.', label: words.__('Files') },
  { value: 'folder.', label: words.__('New folders') },
  { value: 'trash.', label: words.__('The trash') },
  { value: 'share.', label: words.__('Sharing') },
  { value: 'public.', label: words.__('Public datasets') },
  { value: 'experiment.', label: words.__('Experiments') },
  { value: 'model.', label: words.__('Models') },
  { value: 'notebook.', label: words.__('Notebook servers') },
  { value: 'compute.', label: words.__('Executors') },
  { value: 'quota.', label: words.__('Limits') },
  { value: 'service.', label: words.__('Services') },
  { value: 'egress.', label: words.__('The internet') },
  { value: 'device.', label: words.__('Devices') },
  { value: 'pending.', label: words.__('What notebooks asked for') },
  { value: 'log', label: words.__('Sign-ins') },
  { value: 'session.', label: words.__('Ended sign-ins') },
  { value: 'token.', label: words.__('Access tokens') },
  { value: 'password.', label: words.__('Passwords') },
  { value: 'factor.', label: words.__('Second factors') },
  { value: 'user.', label: words.__('Users') },
  { value: 'audit.', label: words.__('The audit itself') }
];

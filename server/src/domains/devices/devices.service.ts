import type { devices as contract } from '@hopslab/schema';
import { projectUserOf, type Actor } from '../../platform/actor.js';
import type { Db } from '../../platform/db.js';
import { record } from '../../platform/journal.js';
import { publish } from '../../platform/live.js';
import { problem } from '../../platform/problem.js';
import type { DeviceAuthority } from '../../ports/device-authority.js';
import { managesAll, mayManage } from './devices.policy.js';
import { createDevicesStore, type DeviceRow } from './devices.store.js';
import { devicesChannel } from './devices.channel.js';

const mostDevices = 50;

export interface DevicesDeps {
  readonly db: Db;
  readonly authority: DeviceAuthority;
  /** The address of the programs' port. */
  readonly programsUrl: string;
  /** Refuses whose sign-in has ended meanwhile; it lasts to the end of the transaction. */
  readonly holdSignIn: (trx: Db, actor: Actor) => Promise<void>;
}

interface Wanted {
  readonly format: (typeof contract.formats)[number];
  readonly password?: string | undefined;
}

const principalOf = (project: string, user: string, name: string): string =>
  `${projectUserOf(project, user)}__${name}`;

const time = (text: string): string => new Date(text).toISOString();

const view = (row: DeviceRow): contract.Device => ({
  name: row.name,
  project: row.project,
  user: row.username,
  principal: principalOf(row.project, row.username, row.name),
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  lastAddress: row.last_address,
  certificates: row.certificates.map(({ serial, issued_at, expires_at }) => ({
    serial,
    issuedAt: time(issued_at),
    expiresAt: time(expires_at)
  }))
});

const roleOf = (actor: Actor) => {
  if (!actor.member) throw new Error('a device belongs to a member');
  return actor.member.role;
};

const unknown = (name: string, user: string) =>
  problem('device.unknown', `${user} has no device ${name} in this project.`);

/** Throws for another member's device, unless one may manage those of all. */
const judgeOwner = (actor: Actor, owner = actor.user.name): void => {
  if (!mayManage(actor, roleOf(actor), owner))
    throw problem(
      'access.denied',
      `The device is ${owner}’s. ${owner} and the project’s data owners can see and revoke it.`
    );
};

export const createDevicesService = ({ db, authority, programsUrl, holdSignIn }: DevicesDeps) => {
  const revokeIn = async (
    trx: Db,
    actor: Actor,
    { project, username, name }: Pick<DeviceRow, 'project' | 'username' | 'name'>
  ): Promise<boolean> => {
    if (!(await createDevicesStore(trx).remove(project, username, name))) return false;
    const asset = `device:${username}__${name}`;
    await record(trx, { actor, project, action: 'device.revoked', asset });
    await publish(trx, devicesChannel, {});
    return true;
  };

  return {
    async list(actor: Actor, project: string) {
      const whose = managesAll(actor, roleOf(actor)) ? undefined : actor.user.name;
      return { items: (await createDevicesStore(db).of(project, whose)).map(view), nextCursor: null };
    },

    async listOwn({ user }: Actor) {
      return { items: (await createDevicesStore(db).ofUser(user.name)).map(view), nextCursor: null };
    },

    async get(actor: Actor, project: string, name: string, user = actor.user.name) {
      judgeOwner(actor, user);
      const row = await createDevicesStore(db).one(project, user, name);
      if (!row) throw unknown(name, user);
      return view(row);
    },

    /** A certificate for one's own device, which is made with its first one. */
    async issue(actor: Actor, project: string, name: string, { format, password }: Wanted) {
      if (actor.device !== undefined && actor.device !== name)
        throw problem('device.not-its-own', `This is the certificate of ${actor.device}, not of ${name}.`);
      const user = actor.user.name;
      const principal = principalOf(project, user, name);
      const issued = await authority.issue({ project, name: `${user}__${name}` });
      const { serial, fingerprint, expiresAt } = issued;
      await db.transaction(async trx => {
        const store = createDevicesStore(trx);
        await holdSignIn(trx, actor);
        const epoch = await store.lockMember(project, user);
        if (epoch === undefined)
          throw problem('project.unknown', `There is no project ${project} that you are a member of.`);
        const isNew = await store.addDevice(project, user, name);
        if (isNew && actor.device !== undefined)
          throw problem('auth.certificate', 'The device was revoked meanwhile.');
        if (isNew && (await store.count(project, user)) > mostDevices)
          throw problem(
            'device.too-many',
            `You have ${mostDevices} devices in ${project} already; revoke one that is not used any more.`
          );
        const row = { fingerprint, serial, epoch, expires_at: expiresAt };
        await store.addCertificate({ ...row, project, username: user, device: name });
        const asset = `device:${user}__${name}`;
        const by = { actor, project, asset };
        if (isNew) await record(trx, { ...by, action: 'device.created' });
        const data = { serial, format, expiresAt: expiresAt.toISOString() };
        await record(trx, { ...by, action: 'device.certificate-issued', data });
        await publish(trx, devicesChannel, {});
      });
      const files = await authority.pack(issued, principal, format, password);
      return {
        device: name,
        principal,
        serial,
        expiresAt: expiresAt.toISOString(),
        url: programsUrl,
        files: files.map(file => ({ name: file.name, content: file.content.toString('base64') }))
      };
    },

    judgeOwner,

    async revoke(actor: Actor, project: string, name: string, user = actor.user.name) {
      judgeOwner(actor, user);
      await db.transaction(async trx => {
        if (!(await revokeIn(trx, actor, { project, username: user, name }))) throw unknown(name, user);
      });
    },

    /** Revokes every device of somebody, in the transaction of what made it necessary; answers how many. */
    async revokeAll(trx: Db, actor: Actor, user: string): Promise<number> {
      const devices = await createDevicesStore(trx).ofUser(user);
      for (const device of devices) await revokeIn(trx, actor, device);
      return devices.length;
    },

    /** Whose certificate this is, if it is good now. */
    async deviceOf(fingerprint: string, address: string) {
      const row = await createDevicesStore(db).standing(Buffer.from(fingerprint, 'hex'), address);
      return row && { project: row.project, user: row.username, device: row.device };
    },

    removeExpired: () => createDevicesStore(db).removeExpired()
  };
};
export type DevicesService = ReturnType<typeof createDevicesService>;

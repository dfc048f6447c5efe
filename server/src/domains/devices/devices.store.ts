import type { Db } from '../../platform/db.js';

export interface DeviceRow {
  readonly project: string;
  readonly username: string;
  readonly name: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly last_address: string | null;
  readonly certificates: readonly {
    readonly serial: string;
    readonly issued_at: string;
    readonly expires_at: string;
  }[];
}

export interface CertificateRow {
  readonly fingerprint: Buffer;
  readonly serial: string;
  readonly project: string;
  readonly username: string;
  readonly device: string;
  readonly epoch: number;
  readonly expires_at: Date;
}

/** Certificates of one device that are good at once: the next ones before the last has ended, in several formats. */
const mostCertificates = 5;

/** A certificate is as good as the membership that it was given under, and the user. */
const good = `
  from device_certificates as given
  join members on members.project = given.project and members.username = given.username
    and members.epoch = given.epoch
  join users on users.name = given.username and not users.locked
  where given.expires_at > now()`;

/** Every certificate that is good now: `fingerprint` in hexadecimal. */
export const goodCertificatesQuery = `
  select encode(given.fingerprint, 'hex') as fingerprint ${good} order by given.fingerprint`;

export const createDevicesStore = (db: Db) => {
  const devices = () =>
    db('devices').select<DeviceRow[]>(
      'devices.*',
      db.raw(`coalesce((
        select json_agg(json_build_object(
          'serial', given.serial, 'issued_at', given.issued_at, 'expires_at', given.expires_at
        ) order by given.issued_at desc)
        from device_certificates as given
        join members on members.project = given.project and members.username = given.username
          and members.epoch = given.epoch
        where given.project = devices.project and given.username = devices.username
          and given.device = devices.name and given.expires_at > now()
      ), '[]') as certificates`)
    );

  return {
    of: (project: string, username: string | undefined): Promise<DeviceRow[]> =>
      devices()
        .where('devices.project', project)
        .modify(query => void (username !== undefined && query.where('devices.username', username)))
        .orderBy(['devices.username', 'devices.name']),

    /** Somebody's, in all their projects. */
    ofUser: (username: string): Promise<DeviceRow[]> =>
      devices().where({ username }).orderBy(['project', 'name']),

    async one(project: string, username: string, name: string): Promise<DeviceRow | undefined> {
      const [row] = await devices().where({ project, username, name });
      return row;
    },

    /** The membership's epoch; holds its other changes until the transaction ends. */
    async lockMember(project: string, username: string): Promise<number | undefined> {
      const row = await db('members')
        .where({ project, username })
        .forUpdate()
        .first<{ epoch: number } | undefined>('epoch');
      return row?.epoch;
    },

    /** Says whether it was not there yet. */
    async addDevice(project: string, username: string, name: string): Promise<boolean> {
      const made = await db('devices')
        .insert({ project, username, name })
        .onConflict(['project', 'username', 'name'])
        .ignore()
        .returning('name');
      return made.length > 0;
    },

    async count(project: string, username: string): Promise<number> {
      const rows = await db('devices').where({ project, username }).select('name');
      return rows.length;
    },

    /** The oldest ones beyond what a device may have at once are revoked. */
    async addCertificate(row: CertificateRow): Promise<void> {
      const { project, username, device } = row;
      await db('device_certificates')
        .whereIn(
          'fingerprint',
          db('device_certificates')
            .where({ project, username, device })
            .orderBy('issued_at', 'desc')
            .offset(mostCertificates - 1)
            .select('fingerprint')
        )
        .delete();
      await db('device_certificates').insert(row);
    },

    async remove(project: string, username: string, name: string): Promise<boolean> {
      return (await db('devices').where({ project, username, name }).delete()) > 0;
    },

    /** Whose certificate it is, if it is good now; marks the device as used, at most once a minute. */
    async standing(fingerprint: Buffer, address: string): Promise<CertificateRow | undefined> {
      const { rows } = await db.raw<{ rows: CertificateRow[] }>(
        `select given.* ${good} and given.fingerprint = ?`,
        [fingerprint]
      );
      const [row] = rows;
      if (row)
        await db('devices')
          .where({ project: row.project, username: row.username, name: row.device })
          .whereRaw(`(last_used_at is null or last_used_at < now() - interval '1 minute')`)
          .update({ last_used_at: db.fn.now(), last_address: address });
      return row;
    },

    removeExpired: async (): Promise<void> => {
      await db('device_certificates').whereRaw('expires_at < now()').delete();
    }
  };
};

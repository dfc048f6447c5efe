import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a zip file, which may lie about itself. */
export interface ZipEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly crc?: number;
  readonly size?: number;
  readonly flags?: number;
  readonly method?: number;
  /** The kind and mode that Unix gives it. */
  readonly mode?: number;
  /** Where it says that it lies, counted in entries. */
  readonly at?: number;
  /** What the list has beside its name: an extra field and a comment. */
  readonly extra?: Buffer;
  readonly comment?: Buffer;
}

const utf8 = 0x800;

/** A zip file as it is told, honest or not. */
export const zipOf = (entries: readonly ZipEntry[]): Buffer => {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, content = '', crc, size, flags = 0, method = 8, mode = 0o100644, at } = entry;
    const { extra = Buffer.alloc(0), comment = Buffer.alloc(0) } = entry;
    const raw = Buffer.from(content);
    const data = method === 8 ? deflateRawSync(raw) : raw;
    const called = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(flags | utf8, 2);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(crc ?? crc32(raw), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(size ?? raw.length, 18);
    shared.writeUInt16LE(called.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, called, data]);
    offsets.push(offset);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(at === undefined ? offset : (offsets[at] ?? 0), 10);
    const made = Buffer.from([20, 3]);
    const listed = Buffer.from(shared);
    listed.writeUInt16LE(extra.length, 24);
    rest.writeUInt16LE(comment.length, 0);
    const head = Buffer.from('PK\x01\x02', 'latin1');
    central.push(Buffer.concat([head, made, listed, rest, called, extra, comment]));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
};

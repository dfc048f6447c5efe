import { Transform, type Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { Entry, fromRandomAccessReaderPromise } from 'yauzl';
import type { OpenFile } from '../../ports/file-store.js';
import { listOf, type Packed, type ZipList } from './unzip.list.js';
import { ZipReader } from './unzip.reader.js';
import { asRefusal, notSound, shown } from './unzip.refusal.js';

/** From here on what it unpacks to may not be so many times what it is: text seldom is more than 20. */
const harmless = 2 ** 30;
const mostRatio = 200;

/** A zip file held open, whose list has been looked through. */
export interface SoundZip extends ZipList {
  /** What a file in it holds; fails where that is not what was said of it. */
  content(packed: Packed): Promise<Readable>;
  close(): Promise<void>;
}

const checked = ({ crc, path }: Packed): Transform => {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      done(sum === crc ? null : notSound(`what ${shown(path)} holds is not what its checksum says.`));
    }
  });
};

/** An entry as far as its bytes are read by it. */
const entryOf = ({ size, offset, packedSize, method }: Packed): Entry =>
  Object.assign(new Entry(), {
    ...{ generalPurposeBitFlag: 0, compressionMethod: method, relativeOffsetOfLocalHeader: offset },
    ...{ compressedSize: packedSize, uncompressedSize: size }
  });

/** Looks a zip file through without unpacking anything; throws `archive.refused` where it is not sound. */
export const openZip = async (file: OpenFile): Promise<SoundZip> => {
  try {
    const { size } = file.entry;
    const reader = new ZipReader(file);
    const zip = await fromRandomAccessReaderPromise(reader, size, {
      ...{ lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true }
    });
    reader.list(true);
    const list = await listOf(zip, size);
    reader.list(false);
    const { bytes } = list;
    if (bytes > harmless && bytes > mostRatio * size)
      throw notSound(
        `it would unpack to ${String(Math.round(bytes / size))} times its size, which no honest file does.`
      );
    return {
      ...list,
      async content(packed) {
        try {
          const from = await zip.openReadStreamPromise(entryOf(packed));
          const through = checked(packed);
          through.on('error', () => undefined);
          from.once('error', error => through.destroy(asRefusal(error)));
          through.once('close', () => from.destroy());
          return from.pipe(through);
        } catch (error) {
          throw asRefusal(error);
        }
      },
      async close() {
        zip.close();
        await file.close();
      }
    };
  } catch (error) {
    await file.close();
    throw asRefusal(error);
  }
};

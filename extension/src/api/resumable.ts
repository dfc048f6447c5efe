import { DetailedError, Upload, defaultOptions, type PreviousUpload } from 'tus-js-client';
import { offline, problemOf, type ApiProblem } from './problem.js';

/** Bytes that go in one request, with their checksum: what a broken connection costs at most. */
const chunkSize = 32 * 1024 * 1024;
const longestPause = 10_000;

/** What a file is uploaded as. */
export interface ResumableFile {
  /** Where uploads are begun: the address of the dataset’s. */
  readonly address: string;
  /** The file’s path in the dataset. */
  readonly path: string;
  readonly file: File;
  /** Only where nothing is there yet. */
  readonly ifNew: boolean;
  readonly onProgress: (sent: number) => void;
  /** Nothing answers: it is tried again by itself. */
  readonly onAway: () => void;
}

export interface Resumable {
  /** Begins it, or goes on where it was; resolves once the file is in its place, rejects with an `ApiProblem`. */
  run(): Promise<void>;
  /** Stops it for now; `run` goes on. Its promise stays open until then. */
  pause(): Promise<void>;
  /** Gives it up, with what has arrived. */
  cancel(): Promise<void>;
}

/** An upload that an earlier page has left; it goes on when the same file is given again. */
export interface LeftUpload {
  readonly path: string;
  readonly size: number;
  readonly address: string;
  /** Gives it up, with what has arrived. */
  readonly forget: () => Promise<void>;
}

const fingerprint = ({ address, path, file }: ResumableFile): string =>
  ['hopslab', address, path, file.size, file.lastModified].join('|');

/** The upload’s own address begins with that of its dataset’s uploads. */
const datasetOf = (url: string): string => url.slice(0, url.lastIndexOf('/'));

const reasonOf = async (error: unknown): Promise<ApiProblem> => {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer || answer.getStatus() === 0) return offline(error);
  return problemOf(new Response(answer.getBody(), { status: answer.getStatus() }));
};

/** What may pass by itself: nobody answered, or said that it is worth another try. */
const mayPass = (error: DetailedError): boolean => {
  const status = error.originalResponse?.getStatus() ?? 0;
  if (status === 0 || status === 423 || status >= 500) return true;
  return status === 409 && (error.originalResponse?.getBody() ?? '').includes('upload.offset');
};

const digest = async (bytes: Blob): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
};

/** Uploads a file by parts (tus 1.0), each with its checksum; after a lost connection or a reload it goes on where it was. */
export const createResumable = (given: ResumableFile): Resumable => {
  const { file, address, path, ifNew, onProgress, onAway } = given;
  let settle: { readonly done: () => void; readonly failed: (why: unknown) => void } | undefined;
  let searched = false;

  const upload = new Upload(file, {
    endpoint: address,
    chunkSize,
    metadata: { path },
    ...(ifNew && { headers: { 'If-None-Match': '*' } }),
    retryDelays: Array.from({ length: 10_000 }, (_, i) => Math.min(250 * 2 ** Math.min(i, 10), longestPause)),
    onShouldRetry: error => {
      const again = mayPass(error);
      if (again) onAway();
      return again;
    },
    fingerprint: () => Promise.resolve(fingerprint(given)),
    removeFingerprintOnSuccess: true,
    async onBeforeRequest(request) {
      const offset = request.getHeader('Upload-Offset');
      if (request.getMethod() !== 'PATCH' || offset === undefined) return;
      const from = Number(offset);
      request.setHeader('Upload-Checksum', `sha256 ${await digest(file.slice(from, from + chunkSize))}`);
    },
    onProgress: sent => {
      onProgress(sent);
    },
    onSuccess: () => settle?.done(),
    onError: error => {
      void reasonOf(error).then(why => settle?.failed(why));
    }
  });

  return {
    async run() {
      if (!searched) {
        searched = true;
        const [left] = await upload.findPreviousUploads();
        if (left) upload.resumeFromPreviousUpload(left);
      }
      await new Promise<void>((done, failed) => {
        settle = { done, failed };
        upload.start();
      });
    },
    pause: () => upload.abort(),
    cancel: () => upload.abort(true)
  };
};

const isOf = (left: PreviousUpload): left is PreviousUpload & { uploadUrl: string; size: number } =>
  left.uploadUrl !== null && left.size !== null;

/** What earlier pages of this origin have left unfinished, that has not been given up meanwhile. */
export const leftUploads = async (): Promise<LeftUpload[]> => {
  const storage = defaultOptions.urlStorage;
  const all = await storage.findAllUploads();
  return all.filter(isOf).map(left => ({
    path: left.metadata['path'] ?? '',
    size: left.size,
    address: datasetOf(left.uploadUrl),
    forget: async () => {
      await storage.removeUpload(left.urlStorageKey);
      await Upload.terminate(left.uploadUrl).catch(() => undefined);
    }
  }));
};

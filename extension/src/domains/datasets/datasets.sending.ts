import { uploads as contract } from '@hopslab/schema';
import { createResumable, leftUploads, type Api, type LeftUpload, type Resumable } from '../../api/index.js';
import type { Place } from './datasets.places.js';
import type { Send } from './datasets.uploads.js';

/** Files above it are sent by parts, so that they can be paused and outlive a lost connection. */
export const large = 8 * 1024 * 1024;

const addressOf = (api: Api, project: string, dataset: string): string =>
  api.address(contract.createUpload, { params: { p: project, d: dataset } });

/** A large file, which goes on where it was. */
export const byParts =
  (api: Api, project: string, place: Place, file: File, ifNew: boolean): Send =>
  told =>
    createResumable({
      // The address is written down, and found again after the page has gone.
      address: new URL(addressOf(api, project, place.dataset), document.baseURI).href,
      path: place.path,
      file,
      ifNew,
      ...told
    });

/** What is sent in one request: it is whole or not there. */
export const atOnce =
  (send: (signal: AbortSignal) => Promise<unknown>): Send =>
  () => {
    const stop = new AbortController();
    const abort = (): Promise<void> => {
      stop.abort();
      return Promise.resolve();
    };
    return {
      async run() {
        await send(stop.signal);
      },
      pause: abort,
      cancel: abort
    } satisfies Resumable;
  };

/** What earlier pages have left of one of these datasets. */
export const leftIn = async (
  api: Api,
  project: string,
  datasets: readonly string[]
): Promise<(LeftUpload & { readonly place: Place })[]> => {
  const all = await leftUploads();
  return datasets.flatMap(dataset => {
    const { pathname } = new URL(addressOf(api, project, dataset), document.baseURI);
    return all
      .filter(({ address }) => decodeURIComponent(new URL(address).pathname) === decodeURIComponent(pathname))
      .map(left => ({ ...left, place: { dataset, path: left.path } }));
  });
};

import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';

/** An entry of a tar archive. */
export type TarEntry = Partial<Header> & { readonly name: string; readonly content?: string | Buffer };

/** A tar archive as it is told, honest or not. */
export const tarOf = (entries: readonly TarEntry[]): Promise<Buffer> => {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return buffer(tar as AsyncIterable<Buffer>);
};

import type { Contents } from '@jupyterlab/services';

const emptyNotebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };

const partsOf = ({
  type,
  ext = ''
}: Contents.ICreateOptions): [stem: string, gap: string, ending: string] => {
  if (type === 'directory') return ['Untitled Folder', ' ', ''];
  if (type === 'notebook') return ['Untitled', '', '.ipynb'];
  return ['untitled', '', ext === '' || ext.startsWith('.') ? ext || '.txt' : `.${ext}`];
};

/** The first free of `Untitled.ipynb`, `Untitled1.ipynb` … */
export const untitledName = (asked: Contents.ICreateOptions, taken: readonly string[]): string => {
  const [stem, gap, ending] = partsOf(asked);
  for (let number = 0; ; number += 1) {
    const name = `${stem}${number === 0 ? '' : `${gap}${number}`}${ending}`;
    if (!taken.includes(name)) return name;
  }
};

/** What a new file begins with. */
export const untitledContent = ({ type }: Contents.ICreateOptions): Partial<Contents.IModel> =>
  type === 'notebook' ? { format: 'json', content: emptyNotebook } : { format: 'text', content: '' };

import type { Contents } from '@jupyterlab/services';
import type { Translate } from '../../ui/index.js';

const folder = 'Jupyter';
const name = 'first_experiment.ipynb';

const sweep = `%%experiment --name first --metric score --direction maximize --trials 20 --parallel 2 --algorithm random
x = uniform(-2, 2)
y = uniform(-2, 2)
shape = choice("round", "flat")

def train(x, y, shape):
    slope = 1.0 if shape == "round" else 0.5
    return {"score": 4 - slope * (x**2 + y**2)}
`;

const cell = (type: 'markdown' | 'code', source: string): object => ({
  id: `hopslab-${type}`,
  cell_type: type,
  metadata: {},
  source,
  ...(type === 'code' && { execution_count: null, outputs: [] })
});

const exampleNotebook = (words: Translate): object => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'hopslab', display_name: 'Hopslab (Python)', language: 'python' } },
  cells: [
    cell(
      'markdown',
      words.__(
        'Run the cell below: it tries 20 combinations in parallel, and the Hopslab panel at the left shows how they do. `%%experiment?` tells what else there is.'
      )
    ),
    cell('code', sweep)
  ]
});

const exists = async (contents: Contents.IManager, path: string): Promise<boolean> =>
  contents.get(path, { content: false }).then(
    () => true,
    () => false
  );

/** The path of the example notebook, made where it is not there yet; what is there is never written over. */
export const ensureExample = async (contents: Contents.IManager, words: Translate): Promise<string> => {
  const path = (await exists(contents, folder)) ? `${folder}/${name}` : name;
  if (!(await exists(contents, path)))
    await contents.save(path, { type: 'notebook', format: 'json', content: exampleNotebook(words) });
  return path;
};

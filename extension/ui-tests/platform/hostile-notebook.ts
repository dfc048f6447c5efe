import type { pending } from '@hopslab/schema';
import type { Page } from 'playwright-core';

interface Held {
  readonly status: number;
  readonly pending: pending.Held['pending'];
}

/** What the notebook was told: of each act that it asked for, and where it tried to confirm them itself. */
interface Told {
  readonly asked: Readonly<Record<'member' | 'egress' | 'token' | 'certificate', Held>>;
  readonly decided: readonly number[];
  /** Whether it got hold of anything secret. */
  readonly secret: boolean;
}

/** Scripts of a cell run as part of JupyterLab's page, so this does all that the page could do. */
const script = async (project: string): Promise<void> => {
  const ask = async (method: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as { pending: { url: string } }) };
  };
  const asked = {
    member: await ask('PUT', `/projects/${project}/members/eve`, { role: 'data_owner' }),
    egress: await ask('PUT', `/projects/${project}/egress`, { enabled: true }),
    token: await ask('POST', '/auth/tokens', { name: 'stolen', scopes: ['read', 'manage'], days: 366 }),
    certificate: await ask('POST', `/projects/${project}/devices/thief/certificate`, { format: 'pem' })
  };
  const decided: number[] = [];
  for (const { pending: held } of Object.values(asked)) {
    const { origin, pathname: path } = new URL(held.url);
    decided.push((await ask('POST', path, { decision: 'confirm' })).status);
    const body = JSON.stringify({ decision: 'confirm' });
    await fetch(`${origin}/api/v1${path}`, { method: 'POST', mode: 'no-cors', credentials: 'include', body });
  }
  const secret = /PRIVATE KEY|hsl_/.test(JSON.stringify(asked));
  (globalThis as { told?: unknown }).told = { asked, decided, secret };
};

/** A notebook whose one cell is that script. */
export const hostile = (project: string): object => ({
  cells: [
    {
      cell_type: 'code',
      id: 'tempting',
      metadata: {},
      execution_count: null,
      outputs: [],
      source: `%%javascript\n(${script.toString()})(${JSON.stringify(project)});`
    }
  ],
  metadata: { kernelspec: { display_name: 'Hopslab (Python)', language: 'python', name: 'hopslab' } },
  nbformat: 4,
  nbformat_minor: 5
});

/** Saves a notebook in the folder of notebooks, as its author's JupyterLab does. */
export const plant = async (lab: Page, name: string, content: object): Promise<void> => {
  const status = await lab.evaluate(
    async ([path, notebook]) => {
      const body = JSON.stringify({ type: 'notebook', format: 'json', content: notebook });
      return (await fetch(path, { method: 'PUT', body })).status;
    },
    [`/api/contents/Jupyter/${name}`, content] as const
  );
  if (status !== 201) throw new Error(`saving ${name} was answered ${String(status)}`);
};

/** What it was told, once it has asked for everything. */
export const told = async (page: Page): Promise<Told> => {
  const found = await page.waitForFunction(() => (globalThis as { told?: Told }).told, undefined, {
    timeout: 180_000
  });
  return (await found.jsonValue()) as Told;
};

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser, visit } from './browser.js';
import { enterAddress, startQuietly, stopQuietly } from './hostile-steps.js';
import { signIn } from './steps.js';

const installation = inject('installation');
const hub = new URL(installation.url).origin;
const slow = { timeout: 180_000 };
const password = 'correct horse battery';

let browser: Browser;
let context: BrowserContext;
/** A page of a notebook origin, whose scripts are the attacker's. */
let notebook: Page;
let own: string;
/** The address by which the browser came in. */
let entrance: string;

beforeAll(async () => {
  browser = await openBrowser(installation.ca);
  const person = await visit(browser);
  context = person.context;
  notebook = person.page;
  await signIn(notebook, installation, installation);
  await startQuietly(notebook, 'demo');
  await notebook.goto(`${hub}/projects/demo`);
  const entering = notebook.waitForRequest(request => request.url().includes('/_hopslab/enter'), slow);
  await notebook.getByRole('button', { name: 'Open JupyterLab' }).click(slow);
  entrance = (await entering).url();
  own = new URL(entrance).origin;
  await notebook.waitForURL(`${own}/lab/**`, { ...slow, waitUntil: 'commit' });
  await notebook.locator('#jp-main-dock-panel').waitFor(slow);
}, 400_000);
afterAll(async () => {
  const { page } = await visit(browser);
  await signIn(page, installation, installation);
  await stopQuietly(page, 'demo');
  await browser.close();
}, 240_000);

/** A document of the notebook's origin that loads quickly; a script on it is as hostile as on any other. */
const small = (): string => `${own}/static/favicons/favicon.ico`;

/** What the hub says about who is signed in, asked by a page of its own. */
const me = async (): Promise<string | null> => {
  const page = await context.newPage();
  await page.goto(hub);
  const name = await page.evaluate(async () => {
    const answer = await fetch('/api/v1/auth/me');
    return answer.ok ? ((await answer.json()) as { user: { name: string } }).user.name : null;
  });
  await page.close();
  return name;
};

const projects = async (): Promise<string[]> => {
  const page = await context.newPage();
  await page.goto(hub);
  const names = await page.evaluate(async () => {
    const { items } = (await (await fetch('/api/v1/projects')).json()) as { items: { name: string }[] };
    return items.map(({ name }) => name);
  });
  await page.close();
  return names;
};

/** How a request ends for the page that makes it: its status where the browser shows it, else why not. */
const fetched = (address: string, how: RequestInit = {}): Promise<string> =>
  notebook.evaluate(
    async ([url, init]) => {
      try {
        const answer = await fetch(url, init);
        return answer.type === 'opaque' ? 'opaque' : String(answer.status);
      } catch (error) {
        return (error as Error).name;
      }
    },
    [address, how] as const
  );

const opened = (address: string): Promise<string> =>
  notebook.evaluate(
    url =>
      new Promise<string>(resolve => {
        const socket = new WebSocket(url);
        socket.onopen = () => {
          resolve('open');
        };
        socket.onerror = () => {
          resolve('error');
        };
      }),
    address.replace(/^https/, 'wss')
  );

describe('a page on a notebook origin', () => {
  it('is the notebook’s, so that what is refused below says something', async () => {
    expect(await fetched('/api/v1/auth/me')).toBe('200');
    expect(await fetched('/api/kernels')).toBe('200');
  });

  it('reads nothing of the hub’s API', async () => {
    for (const path of ['/api/v1/auth/me', '/api/v1/projects', '/ready', '/'])
      expect(await fetched(`${hub}${path}`, { credentials: 'include' })).toBe('TypeError');
  });

  it('changes nothing on the hub by a fetch', async () => {
    const body = JSON.stringify({ name: 'planted' });
    const how = { method: 'POST', credentials: 'include', body } as const;
    expect(await fetched(`${hub}/api/v1/projects`, { ...how, mode: 'no-cors' })).toBe('opaque');
    const headers = { 'content-type': 'application/json', 'x-csrf-token': 'x' };
    expect(await fetched(`${hub}/api/v1/projects`, { ...how, headers })).toBe('TypeError');
    expect(await projects()).not.toContain('planted');
  });

  it('changes nothing on the hub by a form, and the person reads why', async () => {
    const page = await context.newPage();
    await page.goto(small());
    const submit = (enctype: string): Promise<void> =>
      page.evaluate(
        ([action, type]) => {
          const form = document.createElement('form');
          Object.assign(form, { action, method: 'POST', enctype: type });
          const field = document.createElement('input');
          field.name = '{"name":"planted","description":"';
          field.value = '"}';
          form.append(field);
          document.body.append(form);
          HTMLFormElement.prototype.submit.call(form);
        },
        [`${hub}/api/v1/projects`, enctype] as const
      );
    await submit('text/plain');
    await page.waitForURL(`${hub}/api/v1/projects`, slow);
    await page.getByText('made by a page of another origin').waitFor();
    await page.close();
    expect(await projects()).not.toContain('planted');
  });

  it('signs nobody out, in or over', async () => {
    const how = { method: 'POST', mode: 'no-cors', credentials: 'include' } as const;
    await fetched(`${hub}/api/v1/auth/logout`, how);
    await fetched(`${hub}/api/v1/auth/login`, {
      ...how,
      body: JSON.stringify({ username: 'eve', password })
    });
    expect(await me()).toBe(installation.username);
  });

  it('does no dangerous act on its own origin either', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const [method, path, asked] of [
      ['POST', '/api/v1/projects', { name: 'planted' }],
      ['POST', '/api/v1/users', { username: 'mallory', password, displayName: 'Mallory' }],
      ['PUT', '/api/v1/projects/demo/notebook-server', { executors: 0, cores: 1, memory: 2 ** 30, gpus: 0 }],
      ['POST', '/api/v1/projects/demo/notebook-server/entry', undefined],
      ['POST', '/api/v1/auth/logout', undefined]
    ] as const) {
      const body = asked && { body: JSON.stringify(asked) };
      expect([path, await fetched(path, { method, headers, ...body })]).toEqual([path, '403']);
    }
  });

  it('frames no page of the hub', async () => {
    for (const path of ['/', '/projects/demo', '/pending/x', '/api/v1/auth/me']) {
      const frame = await notebook.evaluateHandle(
        url =>
          new Promise<HTMLIFrameElement>(resolve => {
            const element = document.createElement('iframe');
            element.onload = () => {
              resolve(element);
            };
            element.src = url;
            document.body.append(element);
          }),
        `${hub}${path}`
      );
      const inner = await (await frame.asElement().contentFrame())?.locator('body').innerText();
      expect(inner).not.toMatch(/My projects|Start notebook server|Confirm|"user"/);
      await frame.evaluate(element => {
        element.remove();
      });
    }
  });

  it('holds no window of the hub that it opens, nor is held by it', async () => {
    const popping = context.waitForEvent('page');
    await notebook.evaluate(url => {
      (globalThis as { held?: Window | null }).held = window.open(url);
    }, hub);
    const page = await popping;
    await page.getByRole('heading', { name: 'My projects' }).waitFor(slow);
    expect(await page.evaluate(() => window.opener as unknown)).toBeNull();
    await expect
      .poll(() => notebook.evaluate(() => (globalThis as { held?: Window | null }).held?.closed))
      .toBe(true);
    await page.close();
    expect(await notebook.evaluate(() => window.opener as unknown)).toBeNull();
  });

  it('opens no WebSocket to the hub or to another notebook', async () => {
    const other = own.replace(/\/\/[a-z2-7]{20}/, `//${'a'.repeat(20)}`);
    for (const address of [hub, other])
      for (const path of ['/', '/api/v1/projects/demo/events', '/terminals/websocket/1'])
        expect(await opened(`${address}${path}`)).toBe('error');
    const terminal = await notebook.evaluate(async () => {
      const answer = await fetch('/api/terminals', { method: 'POST' });
      return ((await answer.json()) as { name: string }).name;
    });
    expect(await opened(`${own}/terminals/websocket/${terminal}`)).toBe('open');
  });

  it('installs no service worker, whatever its scope', async () => {
    const install = (scope: string): Promise<string> =>
      notebook.evaluate(async wanted => {
        try {
          await navigator.serviceWorker.register('/files/Jupyter/sw.js', { scope: wanted });
          return 'installed';
        } catch (error) {
          return (error as Error).name;
        }
      }, scope);
    await notebook.evaluate(async () => {
      const body = JSON.stringify({ type: 'file', format: 'text', content: 'onfetch = () => {};' });
      await fetch('/api/contents/Jupyter/sw.js', { method: 'PUT', body });
    });
    for (const scope of ['/', '/files/Jupyter/', '/_hopslab/'])
      expect(await install(scope)).toMatch(/^(SecurityError|TypeError)$/);
    expect(
      await notebook.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)
    ).toBe(0);
  });

  it('plants no session of its own by cookies on the whole domain', async () => {
    await notebook.evaluate(domain => {
      for (const name of ['__Host-hopslab_session', '__Secure-hopslab_session', 'hopslab_session', ''])
        for (const attributes of [`; Domain=${domain}; Path=/; Secure`, '; Path=/; Secure'])
          document.cookie = `${name}=evil${attributes}`;
      document.cookie = `=__Host-hopslab_session=evil; Domain=${domain}; Path=/; Secure`;
    }, new URL(hub).hostname);
    const planted = (await context.cookies(hub)).filter(({ value }) => value.includes('evil'));
    expect(planted.map(({ name }) => name)).toContain('hopslab_session');
    expect(planted.map(({ name }) => name)).not.toContain('__Host-hopslab_session');
    expect(await me()).toBe(installation.username);
  });

  it('reads neither cookie', async () => {
    expect(await notebook.evaluate(() => document.cookie)).not.toMatch(
      /hopslab_notebook|__Host-hopslab_session=[^e]/
    );
  });

  it('finds no trace of the code that let the browser in', async () => {
    const code = new URL(entrance).searchParams.get('code') ?? '';
    expect(code.length).toBeGreaterThan(20);
    expect(await notebook.evaluate(() => document.referrer)).toBe('');
    const traces = await notebook.evaluate(() =>
      JSON.stringify([
        location.href,
        performance.getEntries().map(({ name }) => name),
        Object.entries(localStorage),
        Object.entries(sessionStorage)
      ])
    );
    expect(traces).toContain('/lab');
    expect(traces).not.toContain(code);
  });

  it('brings nobody in with a code that was used, and says so', async () => {
    const other = await visit(browser);
    await other.page.goto(hub);
    await other.page.evaluate(url => {
      location.assign(url);
    }, entrance);
    await other.page.getByRole('heading', { name: 'This address does not work any more' }).waitFor(slow);
    expect((await other.context.cookies(own)).map(({ name }) => name)).not.toContain(
      '__Host-hopslab_notebook'
    );
    await other.context.close();
  });

  it('leads nobody into another’s notebook by a link in a message', async () => {
    const address = await enterAddress(context, hub, 'demo');
    const other = await visit(browser);
    await other.page.goto(address);
    await other.page.getByRole('heading', { name: 'This address was opened from elsewhere' }).waitFor();
    expect(await other.context.cookies(own)).toEqual([]);
    await other.context.close();
  });

  it('leads nobody elsewhere by the way in', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/.//evil.example']) {
      const address = new URL(await enterAddress(context, hub, 'demo'));
      address.searchParams.set('next', next);
      const page = await context.newPage();
      await page.goto(hub);
      await page.evaluate(url => {
        location.assign(url);
      }, address.href);
      await page.waitForURL(`${own}/lab/tree/Jupyter`, { ...slow, waitUntil: 'commit' });
      await page.close();
    }
  });

  it('starts nothing by leading the person to a page of the hub', async () => {
    const before = await projects();
    for (const path of ['/projects/demo/start', '/projects/demo', '/?from=x', '/api/v1/auth/logout']) {
      const page = await context.newPage();
      await page.goto(small());
      await page.evaluate(url => {
        location.assign(url);
      }, `${hub}${path}`);
      await page.waitForURL(url => url.origin === hub, slow);
      await page.waitForLoadState('networkidle');
      await page.close();
    }
    expect(await me()).toBe(installation.username);
    expect(await projects()).toEqual(before);
    expect(await fetched('/api/status')).toBe('200');
  });

  it('reaches no other notebook with its cookie', async () => {
    const other = own.replace(/\/\/[a-z2-7]{20}/, `//${'a'.repeat(20)}`);
    expect(await fetched(`${other}/api/contents`, { credentials: 'include' })).toBe('TypeError');
    expect((await context.cookies(other)).map(({ name }) => name)).not.toContain('__Host-hopslab_notebook');
  });

  // The last two leave the browser without its cookies.
  it('pushes the hub’s cookie out at most until the next sign-in', async () => {
    await notebook.evaluate(domain => {
      for (let i = 0; i < 400; i++)
        document.cookie = `overflow${String(i)}=x; Domain=${domain}; Path=/; Secure`;
    }, new URL(hub).hostname);
    const page = await context.newPage();
    await page.goto(hub);
    await page
      .getByRole('heading', { name: /My projects|Sign in to Hopslab/ })
      .first()
      .waitFor(slow);
    if (await page.getByLabel('Username').isVisible()) await signIn(page, installation, installation);
    await page.close();
    expect(await me()).toBe(installation.username);
  });

  it('buries the hub under cookies for one page only, which says what to do', async () => {
    const page = await context.newPage();
    // Whoever asks first is told, so nobody else may ask: a page of the notebook's origin that has its icon with it, for
    // Chromium would ask for one a while later.
    await page.route(`${own}/quiet`, route =>
      route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' })
    );
    await page.goto(`${own}/quiet`);
    expect(new URL(page.url()).origin).toBe(own);
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.evaluate(domain => {
      for (let i = 0; i < 20; i++)
        document.cookie = `bomb${String(i)}=${'x'.repeat(4000)}; Domain=${domain}; Path=/; Secure`;
    }, new URL(hub).hostname);
    await page.goto(hub);
    await page.getByText('load this page again, and sign in').waitFor();
    await page.reload();
    await signIn(page, installation, installation);
    await page.close();
    expect(await me()).toBe(installation.username);
  });
});

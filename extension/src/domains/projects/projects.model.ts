import { auth, notebooks, projects } from '@hopslab/schema';
import { Signal } from '@lumino/signaling';
import { ApiProblem, type Api } from '../../api/index.js';
import { createProjectStream } from './projects.stream.js';
import type { IProject, LinkState } from './projects.tokens.js';

const listLimit = 1000;
const firstPause = 1000;
const longestPause = 30_000;

/** The project of this JupyterLab's own origin: fetched once, kept fresh by the project's events. */
export const createProjectModel = (api: Api): IProject => {
  const stateChanged = new Signal<object, void>({});
  const stream = createProjectStream(api);
  const { promise: known, resolve: isKnown } = Promise.withResolvers<undefined>();
  let me: auth.Me | null = null;
  let project: projects.Project | null = null;
  let members: readonly projects.Member[] = [];
  let server: notebooks.NotebookServer | null = null;
  let failure: ApiProblem | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let pause = firstPause;
  let disposed = false;

  const changed = (): void => {
    stateChanged.emit();
  };
  const here = (): { p: string } => {
    if (!me?.project) throw new Error('it is not known yet which project this is');
    return { p: me.project.name };
  };

  const fetchAll = async (p: string): Promise<void> => {
    const [about, list, mine] = await Promise.all([
      api.call(projects.getProject, { params: { p } }),
      api.call(projects.listMembers, { params: { p }, query: { limit: listLimit } }),
      api.call(notebooks.getNotebookServer, { params: { p } })
    ]);
    project = about;
    members = list.items;
    server = mine;
  };

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      failure = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      failure = error;
    }
    if (!disposed) changed();
  };

  const refresh = (): void => {
    const name = me?.project?.name;
    if (name !== undefined) void attempt(() => fetchAll(name));
  };

  /** Tries until we are told who we are, or that we may not know. */
  const start = async (): Promise<void> => {
    clearTimeout(again);
    await attempt(async () => {
      me = await api.call(auth.me, {});
      if (!me.project || disposed) return;
      // The stream first: what happens while the lists are fetched is not lost.
      stream.open(me.project.name);
      await fetchAll(me.project.name);
    });
    if (me) isKnown(undefined);
    if (disposed || !failure?.retriable) return;
    again = setTimeout(() => void start(), pause);
    pause = Math.min(2 * pause, longestPause);
  };

  stream.linkChanged.connect(changed);
  stream.missed.connect(() => {
    if (project) refresh();
  });
  stream.on('journal', ({ action }) => {
    if (/^(project|member)s?\b/.test(action)) refresh();
  });
  stream.on('notebook-server', event => {
    if (event.user !== me?.user.name) return;
    server = event;
    changed();
  });

  const linkNow = (): LinkState => (failure && stream.link === 'starting' ? 'refused' : stream.link);

  void start();

  return {
    known,
    get me() {
      return me;
    },
    get project() {
      return project;
    },
    get members() {
      return members;
    },
    get server() {
      return server;
    },
    get hubPage() {
      if (!me) return null;
      return me.project ? `${me.hubUrl}/projects/${me.project.name}` : me.hubUrl;
    },
    get link() {
      return linkNow();
    },
    get problem() {
      return failure ?? stream.problem;
    },
    stateChanged,
    missed: stream.missed,
    api,
    on: stream.on,
    get watched() {
      return stream.watched;
    },
    watch: stream.watch,
    retry: () => {
      pause = firstPause;
      void start();
    },
    description: {
      read: async () => {
        const { answer, tag } = await api.tagged(projects.getProject, { params: here() });
        return { text: answer.description, tag };
      },
      save: async (text, ifMatch) => {
        const body = { description: text };
        project = await api.call(projects.updateProject, { params: here(), body }, { ifMatch });
        changed();
      }
    },
    stopServer: async () => {
      server = await api.call(notebooks.stopNotebookServer, { params: here() });
      changed();
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      clearTimeout(again);
      stream.dispose();
      Signal.clearData(stateChanged);
    }
  };
};

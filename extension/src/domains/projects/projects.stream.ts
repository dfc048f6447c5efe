import { projects } from '@hopslab/schema';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Api, ApiProblem, LiveEvents } from '../../api/index.js';
import type { LinkState, ProjectEvents } from './projects.tokens.js';

export interface ProjectStream extends IDisposable {
  readonly link: LinkState;
  readonly problem: ApiProblem | null;
  readonly linkChanged: ISignal<unknown, void>;
  readonly missed: ISignal<unknown, void>;
  on: <K extends keyof ProjectEvents>(kind: K, listener: (event: ProjectEvents[K]) => void) => IDisposable;
  open: (project: string) => void;
  readonly watched: string | undefined;
  watch: (experiment: string) => void;
}

type Listeners = { readonly [K in keyof ProjectEvents]: Set<(event: ProjectEvents[K]) => void> };

/** The page's one event stream: browsers allow few connections to one origin, so everybody listens here. */
export const createProjectStream = (api: Api): ProjectStream => {
  const listeners: Listeners = {
    journal: new Set(),
    experiment: new Set(),
    trial: new Set(),
    'notebook-server': new Set()
  };
  const linkChanged = new Signal<object, void>({});
  const missed = new Signal<object, void>({});
  let project: string | null = null;
  let watched: string | undefined;
  let live: LiveEvents | undefined;
  let link: LinkState = 'starting';
  let problem: ApiProblem | null = null;
  let wasLive = false;
  let disposed = false;

  const setLink = (next: LinkState, why: ApiProblem | null = null): void => {
    if (link === next && problem === why) return;
    link = next;
    problem = why;
    linkChanged.emit();
  };

  const tell =
    <K extends keyof ProjectEvents>(kind: K) =>
    (event: ProjectEvents[K]): void => {
      for (const listener of listeners[kind]) listener(event);
    };

  const connect = (): void => {
    live?.close();
    if (project === null || disposed) return;
    live = api.events(
      projects.projectEvents,
      { params: { p: project }, query: watched === undefined ? {} : { experiment: watched } },
      {
        on: {
          journal: tell('journal'),
          experiment: tell('experiment'),
          trial: tell('trial'),
          'notebook-server': tell('notebook-server')
        },
        state: state => {
          if (state === 'waiting') {
            setLink(wasLive ? 'waiting' : 'starting');
            return;
          }
          setLink('live');
          // Nobody knows what happened between two connections, nor before the first since the lists were fetched.
          missed.emit();
          wasLive = true;
        },
        refused: why => {
          setLink('refused', why);
        }
      }
    );
  };

  return {
    get link() {
      return link;
    },
    get problem() {
      return problem;
    },
    linkChanged,
    missed,
    on: (kind, listener) => {
      listeners[kind].add(listener);
      return new DisposableDelegate(() => {
        listeners[kind].delete(listener);
      });
    },
    open: name => {
      project = name;
      connect();
    },
    get watched() {
      return watched;
    },
    watch: experiment => {
      if (watched === experiment) return;
      watched = experiment;
      if (live) connect();
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      live?.close();
    }
  };
};

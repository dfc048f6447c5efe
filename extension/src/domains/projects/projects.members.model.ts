import { projects, quota, type Role } from '@hopslab/schema';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem } from '../../api/index.js';
import type { IProject } from './projects.tokens.js';

/** A member and what they hold now. */
export interface MemberLine {
  readonly user: string;
  readonly displayName: string;
  readonly role: Role;
  readonly since: string;
  readonly leases: readonly quota.Lease[];
}

export interface MembersModel extends IDisposable {
  readonly lines: readonly MemberLine[];
  readonly problem: ApiProblem | null;
  readonly stateChanged: ISignal<unknown, void>;
  reload(): Promise<void>;
  /** What somebody runs now, which would end with their membership. */
  holdings(user: string): Promise<projects.Holdings>;
  /** Adds somebody, or changes their role. Rejects with a `HeldAct`: it waits for a click on the hub. */
  put(user: string, role: Role): Promise<void>;
  /** Removes somebody. Rejects with a `HeldAct`: it waits for a click on the hub. */
  remove(user: string): Promise<void>;
}

/** The members beside what they hold, fetched again when a membership or a notebook server changes. */
export const createMembersModel = (project: IProject): MembersModel => {
  const stateChanged = new Signal<object, void>({});
  let leases: readonly quota.Lease[] = [];
  let problem: ApiProblem | null = null;
  let disposed = false;

  const reload = async (): Promise<void> => {
    const p = project.me?.project?.name;
    if (p === undefined) return;
    try {
      leases = (await project.api.call(quota.listLeases, { params: { p } })).items;
      problem = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem = error;
    }
    if (!disposed) stateChanged.emit();
  };

  const of = (user: string) => {
    const p = project.me?.project?.name;
    if (p === undefined) throw new Error('it is not known yet which project this is');
    return { p, user };
  };

  const onMissed = (): void => void reload();
  const onProject = (): void => {
    stateChanged.emit();
  };
  project.missed.connect(onMissed);
  project.stateChanged.connect(onProject);
  const listening = [
    project.on('journal', ({ action }) => {
      if (/^(member|notebook|compute)\./.test(action)) void reload();
    })
  ];
  void project.known.then(reload);

  return {
    get lines() {
      return project.members.map(member => ({
        ...member,
        leases: leases.filter(({ user, state }) => user === member.user && state === 'held')
      }));
    },
    get problem() {
      return problem;
    },
    stateChanged,
    reload,
    holdings: user => project.api.call(projects.getHoldings, { params: of(user) }),
    put: async (user, role) => {
      await project.api.call(projects.putMember, { params: of(user), body: { role } });
    },
    remove: async user => {
      await project.api.call(projects.removeMember, { params: of(user) });
    },
    get isDisposed() {
      return disposed;
    },
    dispose: () => {
      disposed = true;
      project.missed.disconnect(onMissed);
      project.stateChanged.disconnect(onProject);
      for (const listener of listening) listener.dispose();
      Signal.clearData(stateChanged);
    }
  };
};

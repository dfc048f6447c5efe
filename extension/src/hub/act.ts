import { useState } from 'react';

/** What a link from JupyterLab asks to be done on a project's page. */
const acts = ['add-member', 'role', 'remove', 'archive', 'delete'] as const;
export type Act = (typeof acts)[number];

export interface Asked {
  readonly act: Act | null;
  /** Whom it is about. */
  readonly user: string | null;
}

const nothing: Asked = { act: null, user: null };

const asked = (): Asked => {
  const [name, user = null] = (new URLSearchParams(location.search).get('do') ?? '').split(':');
  const act = acts.find(one => one === name);
  return act ? { act, user } : nothing;
};

/** Read once: it opens a question, which is answered here and not asked again after a reload. */
export const useAsked = (): Asked => {
  const [first] = useState(() => {
    const found = asked();
    if (found.act) history.replaceState(history.state, '', location.pathname);
    return found;
  });
  return first;
};

import { useState } from 'react';

/** What a link from JupyterLab asks to be done on a project's page. */
const acts = ['archive', 'delete'] as const;
export type Act = (typeof acts)[number];

const asked = (): Act | null => {
  const name = new URLSearchParams(location.search).get('do');
  return acts.find(one => one === name) ?? null;
};

/** Read once: it opens a question, which is answered here and not asked again after a reload. */
export const useAsked = (): Act | null => {
  const [first] = useState(() => {
    const found = asked();
    if (found) history.replaceState(history.state, '', location.pathname);
    return found;
  });
  return first;
};

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IProject } from './projects.tokens.js';

/** Says over whatever is open that this page is let in no more: JupyterLab itself only misses its folders. */
export const tellWhenAccessEnds = (model: IProject, words: TranslationBundle): void => {
  let told = false;
  model.stateChanged.connect(() => {
    const { me, problem } = model;
    const ended = me !== null && problem?.status === 401;
    if (ended && !told)
      Notification.error(problem.detail, {
        autoClose: false,
        actions: [
          { label: words.__('To the hub'), callback: () => window.open(me.hubUrl, '_blank', 'noopener') }
        ]
      });
    told = ended;
  });
};

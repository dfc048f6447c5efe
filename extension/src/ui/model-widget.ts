import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { createElement, type ReactElement } from 'react';
import { WordsProvider, type Translate } from './words.js';

/** A widget that draws a view again whenever one of the signals says that something changed, once per frame at most. */
export class ModelWidget extends ReactWidget {
  constructor(
    private readonly view: () => ReactElement,
    private readonly changes: readonly ISignal<unknown, void>[],
    private readonly words: Translate
  ) {
    super();
    for (const change of changes) change.connect(this.onChange);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    for (const change of this.changes) change.disconnect(this.onChange);
    super.dispose();
  }

  protected override render(): ReactElement {
    return createElement(WordsProvider, { value: this.words }, this.view());
  }

  private readonly onChange = (): void => {
    this.update();
  };
}

/** A model that a view is drawn from. */
interface Drawn extends IDisposable {
  readonly stateChanged: ISignal<unknown, void>;
}

/** A widget over a model of its own, which is disposed of with it; drawn again for other changes too. */
export const viewOf = <M extends Drawn>(
  model: M,
  view: (model: M) => ReactElement,
  others: readonly ISignal<unknown, void>[],
  words: Translate
): ModelWidget => {
  const widget = new ModelWidget(() => view(model), [model.stateChanged, ...others], words);
  widget.disposed.connect(() => {
    model.dispose();
  });
  return widget;
};

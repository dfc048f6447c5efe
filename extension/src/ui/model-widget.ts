import { ReactWidget } from '@jupyterlab/ui-components';
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

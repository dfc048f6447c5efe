import { Signal, type ISignal } from '@lumino/signaling';

/** The dataset that somebody wants to share, said anywhere in JupyterLab; null for none. */
export interface ShareWish {
  readonly dataset: string | null;
  readonly changed: ISignal<unknown, void>;
  set(dataset: string | null): void;
}

export const createShareWish = (): ShareWish => {
  const changed = new Signal<object, void>({});
  let dataset: string | null = null;
  return {
    get dataset() {
      return dataset;
    },
    changed,
    set: next => {
      dataset = next;
      changed.emit();
    }
  };
};

import { Signal, type ISignal } from '@lumino/signaling';

/** What somebody wants to do here, said anywhere in JupyterLab; null for nothing. */
export interface Wish<T> {
  readonly wanted: T | null;
  readonly changed: ISignal<unknown, void>;
  set(wanted: T | null): void;
}

/** The dataset that is to be shared. */
export type ShareWish = Wish<string>;

/** The dataset that is to be made public or private, or that one is to be found and added. */
export type PublicWish = Wish<
  { readonly act: 'publish' | 'end'; readonly dataset: string } | { readonly act: 'add' }
>;

export const createWish = <T>(): Wish<T> => {
  const changed = new Signal<object, void>({});
  let wanted: T | null = null;
  return {
    get wanted() {
      return wanted;
    },
    changed,
    set: next => {
      wanted = next;
      changed.emit();
    }
  };
};

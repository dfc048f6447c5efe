import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

interface Kind<Shown extends object, Content extends Widget> {
  readonly app: JupyterFrontEnd;
  readonly restorer: ILayoutRestorer | null;
  readonly namespace: string;
  /** Shows the same again; what is shown are its arguments. */
  readonly command: string;
  readonly idOf: (shown: Shown) => string;
  /** Makes the tab; its id is given to it. */
  readonly create: (shown: Shown) => MainAreaWidget<Content>;
}

/** Tabs in the main area of which the same is never there twice, back after a reload. */
export const tabsOnce = <Shown extends object, Content extends Widget>(kind: Kind<Shown, Content>) => {
  type Tab = MainAreaWidget<Content>;
  const { app, restorer, namespace, command, idOf, create } = kind;
  const tracker = new WidgetTracker<Tab>({ namespace });
  const all = new Map<string, Shown>();

  const add = (id: string, shown: Shown): Tab => {
    const tab = create(shown);
    tab.id = id;
    all.set(id, shown);
    tab.disposed.connect(() => all.delete(id));
    void tracker.add(tab);
    return tab;
  };

  if (restorer)
    void restorer.restore(tracker, {
      command,
      args: tab => ({ ...(all.get(tab.id) as ReadonlyPartialJSONObject) }),
      name: tab => tab.id
    });
  return {
    tracker,
    show(shown: Shown): Tab {
      const id = idOf(shown);
      const tab = tracker.find(one => one.id === id) ?? add(id, shown);
      if (!tab.isAttached) app.shell.add(tab, 'main');
      app.shell.activateById(id);
      return tab;
    }
  };
};

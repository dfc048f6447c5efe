import type { TranslationBundle } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import { DisposableDelegate } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { AccordionPanel, type Widget } from '@lumino/widgets';
import { hopslabIcon } from '../../ui/hopslab-icon.js';
import type { IHopslabPanel, ISection } from './projects.tokens.js';

export interface SectionPanel extends IHopslabPanel {
  readonly widget: Widget;
  /** The ids of the sections that are closed. */
  closed: readonly string[];
  readonly closedChanged: ISignal<unknown, readonly string[]>;
}

/** The panel with its sections, knowing nothing of what they show. */
export const createSectionPanel = (
  trans: TranslationBundle,
  header: Widget,
  activate: (id: string) => void
): SectionPanel => {
  const panel = new SidePanel();
  const accordion = panel.content;
  if (!(accordion instanceof AccordionPanel))
    throw new TypeError('JupyterLab’s side panel is no accordion any more');
  const sections: ISection[] = [];
  const closedChanged = new Signal<object, readonly string[]>({});
  let closed: readonly string[] = [];

  panel.id = 'hopslab-panel';
  panel.addClass('hop-Panel');
  panel.title.icon = hopslabIcon;
  panel.title.caption = trans.__('Hopslab');
  panel.node.setAttribute('role', 'region');
  panel.node.setAttribute('aria-label', trans.__('Hopslab'));
  panel.content.node.removeAttribute('role');
  panel.content.node.removeAttribute('aria-label');
  panel.header.addWidget(header);

  const show = (index: number, open: boolean): void => {
    if (open) accordion.expand(index);
    else accordion.collapse(index);
  };

  const labelTitles = (): void => {
    // Lumino's titles are headings that behave as buttons; say so to screen readers.
    for (const [index, title] of accordion.titles.entries()) {
      title.setAttribute('role', 'button');
      title.setAttribute('aria-expanded', String(!sections[index]?.content.isHidden));
    }
  };

  accordion.expansionToggled.connect((_, index) => {
    const section = sections[index];
    if (!section) return;
    const others = closed.filter(id => id !== section.id);
    const next = section.content.isHidden ? [...others, section.id] : others;
    if (next.length === closed.length) return;
    closed = next;
    closedChanged.emit(closed);
  });

  return {
    widget: panel,
    closedChanged,
    get closed() {
      return closed;
    },
    set closed(ids) {
      closed = ids;
      for (const [index, { id }] of sections.entries()) show(index, !ids.includes(id));
    },
    add: section => {
      const after = sections.findIndex(({ rank }) => rank > section.rank);
      const index = after === -1 ? sections.length : after;
      sections.splice(index, 0, section);
      section.content.title.label = section.title;
      panel.insertWidget(index, section.content);
      accordion.setRelativeSizes(sections.map(({ share }) => share ?? 1));
      if (closed.includes(section.id)) show(index, false);
      labelTitles();
      return new DisposableDelegate(() => {
        sections.splice(sections.indexOf(section), 1);
        section.content.dispose();
        labelTitles();
      });
    },
    reveal: id => {
      activate(panel.id);
      const index = sections.findIndex(section => section.id === id);
      if (index !== -1) show(index, true);
    }
  };
};

import { audit, roleCan } from '@hopslab/schema';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { addressOf } from '../../api/index.js';
import { ModelWidget } from '../../ui/model-widget.js';
import { IProject, IProjectSettings } from '../projects/projects.tokens.js';
import { createAuditModel, type AuditModel } from './audit.model.js';
import { AuditSection } from './audit.section.js';

const rowsOfPage = 200;

const modelOf = (project: IProject): AuditModel => {
  const params = () => ({ p: project.me?.project?.name ?? '' });
  return createAuditModel({
    page: (filters, cursor, signal) =>
      project.api.call(
        audit.listProjectAudit,
        { params: params(), query: { ...filters, cursor, limit: rowsOfPage } },
        { signal }
      ),
    fileAddress: (filters, format) => addressOf(audit.exportProjectAudit, params(), { ...filters, format })
  });
};

/** Follows what happens for as long as only the newest are shown. */
const follow = (project: IProject, model: AuditModel): (() => void) => {
  const refresh = (): void => {
    const role = project.me?.project?.role;
    if (role !== undefined && roleCan(role, 'audit.view') && model.rows.length <= rowsOfPage)
      void model.reload();
  };
  void project.known.then(refresh);
  project.missed.connect(refresh);
  const listening = project.on('journal', refresh);
  return () => {
    project.missed.disconnect(refresh);
    listening.dispose();
    model.dispose();
  };
};

const section: JupyterFrontEndPlugin<void> = {
  id: '@hopslab/extension:audit',
  description: 'The section Audit of the tab “Project settings”.',
  autoStart: true,
  requires: [IProject, IProjectSettings],
  optional: [ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    project: IProject,
    settings: IProjectSettings,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('hopslab');
    settings.add({
      id: 'audit',
      title: words.__('Audit'),
      rank: 80,
      content: () => {
        const model = modelOf(project);
        const stop = follow(project, model);
        const view = () => createElement(AuditSection, { project, model });
        const widget = new ModelWidget(view, [model.stateChanged, project.stateChanged], words);
        widget.disposed.connect(stop);
        return widget;
      }
    });
  }
};

export const auditPlugins: readonly JupyterFrontEndPlugin<unknown>[] = [section];

import { Readable } from 'node:stream';
import { audit } from '@hopslab/schema';
import { bind, type ApiRouter } from '../../http/bind.js';
import type { Ctx } from '../../http/context.js';
import { isGranted } from '../../platform/verdict.js';
import { formats, type Format } from './audit.export.js';
import { scopeOf, type AuditService } from './audit.service.js';
import type { VerificationService } from './audit.verification.js';

const sendFile = (ctx: Ctx, name: string, format: Format, lines: AsyncIterable<string>): void => {
  ctx.attachment(`${name}.${format}`);
  ctx.type = formats[format].type;
  ctx.body = Readable.from(lines, { objectMode: false });
};

export const auditRoutes = (
  api: ApiRouter,
  service: AuditService,
  verification: VerificationService
): void => {
  /** Whether who began to read a long file still may. */
  const stillIn = async (ctx: Ctx, project: string): Promise<boolean> => {
    const actor = await api.authenticate(ctx).catch(() => undefined);
    const user = actor?.user.name ?? '';
    const standing = actor && (await api.rules.standing(project, user));
    return standing !== undefined && isGranted(api.rules.inProject({ user, ...standing }, 'audit.view'));
  };
  const stillAdministrator = async (ctx: Ctx): Promise<boolean> => {
    const actor = await api.authenticate(ctx).catch(() => undefined);
    return actor !== undefined && api.rules.onPlatform(actor.user, 'audit.view-platform');
  };

  bind(api, audit.listProjectAudit, ({ params, query }) => service.list(scopeOf(params.p), query));
  bind(api, audit.exportProjectAudit, async ({ params, query }, { actor, ctx }) => {
    const lines = await service.export(actor, scopeOf(params.p), query, () => stillIn(ctx, params.p));
    sendFile(ctx, `audit-${params.p}`, query.format, lines);
  });
  bind(api, audit.listPlatformAudit, ({ query }) => service.list(scopeOf(undefined), query));
  bind(api, audit.exportPlatformAudit, async ({ query }, { actor, ctx }) => {
    const lines = await service.export(actor, scopeOf(undefined), query, () => stillAdministrator(ctx));
    sendFile(ctx, 'audit', query.format, lines);
  });
  bind(api, audit.getVerification, () => verification.state());
  bind(api, audit.startVerification, (_given, { actor }) => verification.start(actor));
  bind(api, audit.verifyAudit, () => service.verify());
};

import { scopes, type Scope } from '@hopslab/schema';
import type { Translate } from '../ui/index.js';

export const scopeWords = (words: Translate): Readonly<Record<Scope, string>> => ({
  read: words.__('Read'),
  compute: words.__('Compute'),
  manage: words.__('Manage')
});

export const scopeHints = (words: Translate): Readonly<Record<Scope, string>> => ({
  read: words.__('See projects and what is in them, download what you may download.'),
  compute: words.__('Run and stop notebook servers and experiments, upload programs and data.'),
  manage: words.__('Members, settings, quotas and devices, as far as you may.')
});

export const everyScope: readonly Scope[] = scopes;

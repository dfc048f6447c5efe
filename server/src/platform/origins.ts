/** What a Host header names. */
export type Site =
  | { readonly kind: 'hub' }
  | { readonly kind: 'notebook'; readonly label: string }
  | { readonly kind: 'unknown' };

export interface Origins {
  /** `https://<base>[:port]` */
  readonly hub: string;
  notebook(label: string): string;
  siteOf(host: string | undefined): Site;
  /** Whether it is the hub by its own name: other names of this machine share their cookies with other servers. */
  isHubsOwn(host: string | undefined): boolean;
}

/** The addresses of an installation; the default HTTPS port is left out, as browsers do. */
export const createOrigins = (base: string, port: number): Origins => {
  const suffix = port === 443 ? '' : `:${port}`;
  const hubHosts = new Set([base, '127.0.0.1', 'localhost'].map(name => `${name}${suffix}`));
  const tail = `.${base}${suffix}`;
  return {
    hub: `https://${base}${suffix}`,
    notebook: label => `https://${label}${tail}`,
    isHubsOwn: host => host?.toLowerCase() === `${base}${suffix}`,
    siteOf: host => {
      const given = (host ?? '').toLowerCase();
      if (hubHosts.has(given)) return { kind: 'hub' };
      const label = given.endsWith(tail) ? given.slice(0, -tail.length) : '';
      return /^[a-z2-7]{20}$/.test(label) ? { kind: 'notebook', label } : { kind: 'unknown' };
    }
  };
};

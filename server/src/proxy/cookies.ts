const ours = /^__host-hopslab_/i;

/** Browsers send a nameless cookie as its bare value, so a name is looked for at the beginning of the text. */
const filtered = (header: string, keep: (text: string) => boolean): string | undefined => {
  const parts = header
    .split(';')
    .map(part => part.trim())
    .filter(part => part !== '' && keep(part.replace(/^[=\s]+/, '')));
  return parts.length > 0 ? parts.join('; ') : undefined;
};

/** What the notebook server itself sets, under the host name that we give it. */
const jupyters = /^(_xsrf|username-localhost)=/;

/** For a sandbox: its own cookies only. An organisation's sign-in may be set on the whole domain, and is not for it. */
export const onlyJupyters = (header: string): string | undefined =>
  filtered(header, text => jupyters.test(text));

/** For the API server: a cookie that a notebook's page planted on the whole domain stays outside. */
export const withoutForeignCookies = (header: string): string | undefined =>
  filtered(header, text => ours.test(text));

/** Whether a sandbox may set this cookie: none of our names, and none that reaches beyond its own origin. */
export const sandboxMaySet = (setCookie: string): boolean =>
  !/^[=\s]*__[a-z]+-hopslab/i.test(setCookie) && !/;\s*domain\s*(=|;|$)/i.test(setCookie);

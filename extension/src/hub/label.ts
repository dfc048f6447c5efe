const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const length = 20;

/** The name of a projectUser's notebook origin: the first 20 base32 characters of the SHA-256 of `project__user`. */
export const notebookLabel = async (project: string, user: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${project}__${user}`));
  const bits = [...new Uint8Array(digest)].map(byte => byte.toString(2).padStart(8, '0')).join('');
  return Array.from(
    { length },
    (_none, i) => alphabet[Number.parseInt(bits.slice(5 * i, 5 * i + 5), 2)]
  ).join('');
};

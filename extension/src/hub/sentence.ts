/** The contract's own words about a field, as a sentence. */
export const sentence = (said: string): string => `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;

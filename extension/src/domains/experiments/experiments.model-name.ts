const nameRule = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

export const isModelName = (name: string): boolean => nameRule.test(name);

/** A name that a model may have, from the experiment's. */
export const proposedName = (experiment: string): string =>
  experiment
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '') || 'model';

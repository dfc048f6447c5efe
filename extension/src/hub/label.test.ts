import { expect, it } from 'vitest';
import { notebookLabel } from './label.js';

it('is the label that the server gives a notebook origin', async () => {
  // printf 'demo__ana' | sha256sum | xxd -r -p | base32 | cut -c-20 | tr A-Z a-z
  expect(await notebookLabel('demo', 'ana')).toBe('t6cf2bawat6zavee5pxt');
});

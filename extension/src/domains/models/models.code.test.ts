import { expect, it } from 'vitest';
import { modelVersion } from '../../../ui-tests/models-sample.js';
import { versionAsCode } from './models.code.js';

it('loads one’s own as it is, and others’ only with trust', () => {
  const own = modelVersion('digits-svm', 3, { sha256: 'a'.repeat(64) });
  expect(versionAsCode(own, 'ada')).toBe(
    'from hopslab import model\n\ndigits_svm = model.load("digits-svm", 3)\n'
  );
  for (const other of [
    { ...own, createdBy: 'bob' },
    { ...own, sha256: null }
  ])
    expect(versionAsCode(other, 'ada')).toContain('model.load("digits-svm", 3, trust=True)');
});

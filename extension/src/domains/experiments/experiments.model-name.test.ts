import { describe, expect, it } from 'vitest';
import { isModelName, proposedName } from './experiments.model-name.js';

describe('the name that a model is proposed to have', () => {
  it.each([
    ['digits', 'digits'],
    ['Digits of 2026, again!', 'Digits-of-2026-again'],
    ['2 layers', 'layers'],
    ['été \n', 't'],
    ['数字', 'model'],
    ['', 'model'],
    [`${'a'.repeat(62)}--b`, 'a'.repeat(62)]
  ])('of %j is %s', (experiment, name) => {
    expect(proposedName(experiment)).toBe(name);
    expect(isModelName(name)).toBe(true);
  });
});

import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';
import { problem } from '../../platform/problem.js';

/** Of 0 to 4: not guessed in 10^8 tries, which argon2id makes long even for who has stolen the database. */
const least = 3;

const create = () =>
  new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations
  });
let judge: ReturnType<typeof create> | undefined;

/** Refuses what is guessed soon; `about` are words that everybody who knows the person would try. */
export const refuseWeak = (password: string, about: readonly string[]): void => {
  // Read at first use: the dictionaries are large, and most processes never judge a password.
  judge ??= create();
  const { score, feedback } = judge.check(password, ['hopslab', ...about]);
  if (score >= least) return;
  const why = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(' ');
  throw problem(
    'auth.weak-password',
    `It would be guessed soon. ${why || 'Take several words that have nothing to do with each other.'}`
  );
};

import { createContext, useContext } from 'react';

/** Translates a sentence; `%1`, `%2` … are filled in. JupyterLab's `TranslationBundle` is one. */
export interface Translate {
  __(sentence: string, ...values: (string | number)[]): string;
  _n(one: string, many: string, count: number, ...values: (string | number)[]): string;
}

const fill = (sentence: string, values: readonly (string | number)[]): string =>
  sentence.replace(/%(\d+)/g, (whole, index: string) => {
    const value = values[Number(index) - 1];
    return value === undefined ? whole : String(value);
  });

/** The sentences as they are written. */
const english: Translate = {
  __: (sentence, ...values) => fill(sentence, values),
  _n: (one, many, count, ...values) => fill(count === 1 ? one : many, [count, ...values])
};

const Words = createContext<Translate>(english);

/** Gives the parts below it their language. */
export const WordsProvider = Words.Provider;

export const useWords = (): Translate => useContext(Words);

export { sentenceOf } from './audit.words.js';

import type { JSX } from 'react';
import { SelectField, TextField, useWords, type Translate } from '../../ui/index.js';
import { faultOf, kinds, type Kind, type ParameterDraft } from './experiments.draft.js';
import type { Fault } from './experiments.programs.js';

interface SpaceProps {
  readonly parameters: readonly ParameterDraft[];
  readonly faults: readonly Fault[];
  readonly change: (name: string, some: Partial<ParameterDraft>) => void;
}

const kindWord = (kind: Kind, words: Translate): string =>
  ({
    default: words.__('left at its default'),
    constant: words.__('always the same'),
    uniform: words.__('evenly (uniform)'),
    loguniform: words.__('by magnitude (loguniform)'),
    quniform: words.__('in steps (quniform)'),
    qloguniform: words.__('in steps, by magnitude (qloguniform)'),
    randint: words.__('a whole number (randint)'),
    choice: words.__('one of some values (choice)')
  })[kind];

const hasStep = (kind: Kind): boolean => kind === 'quniform' || kind === 'qloguniform' || kind === 'randint';

const Values = ({ one, change }: { one: ParameterDraft; change: SpaceProps['change'] }): JSX.Element => {
  const words = useWords();
  const text = (label: string, key: 'low' | 'high' | 'step' | 'options'): JSX.Element => (
    <TextField
      label={label}
      value={one[key]}
      maxLength={20_000}
      onChange={value => {
        change(one.name, { [key]: value });
      }}
    />
  );
  if (one.kind === 'default')
    return (
      <p className="hop-Quiet">
        {one.required
          ? words.__('The function has no default for it.')
          : one.options === ''
            ? words.__('As the function has it.')
            : words.__('The function has %1.', one.options)}
      </p>
    );
  if (one.kind === 'constant') return text(words.__('Value'), 'options');
  if (one.kind === 'choice') return text(words.__('Values, with commas between'), 'options');
  return (
    <>
      {text(words.__('From'), 'low')}
      {text(words.__('To'), 'high')}
      {hasStep(one.kind) && text(words.__('Step'), 'step')}
    </>
  );
};

/** The function's parameters, and what is tried for each. */
export const SpaceFields = ({ parameters, faults, change }: SpaceProps): JSX.Element => {
  const words = useWords();
  return (
    <div className="hop-Space">
      {parameters.map(one => {
        const fault = faultOf(faults, `space/${one.name}`);
        return (
          <fieldset key={one.name} className="hop-Space-parameter">
            <legend>{one.name}</legend>
            <SelectField
              label={words.__('What is tried')}
              value={one.kind}
              options={kinds
                .filter(kind => kind !== 'default' || !one.required)
                .map(kind => ({ value: kind, label: kindWord(kind, words) }))}
              onChange={kind => {
                change(one.name, { kind });
              }}
            />
            <Values one={one} change={change} />
            <div className="hop-Field-error" role="alert">
              {fault}
            </div>
          </fieldset>
        );
      })}
    </div>
  );
};

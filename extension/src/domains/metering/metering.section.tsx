import { roleCan, type metering } from '@hopslab/schema';
import { useMemo, useState, type JSX } from 'react';
import { BarsChart, EmptyState, formatBytes, ProblemNotice, SelectField, useWords } from '../../ui/index.js';
import type { IProject } from '../projects/projects.tokens.js';
import type { SeenModel, SeenState } from './metering.model.js';

interface Props {
  readonly project: IProject;
  readonly model: SeenModel;
}

const everybody = '';
const mebibyte = 2 ** 20;

const sum = (rows: readonly metering.Seen[]): number => rows.reduce((all, { bytes }) => all + bytes, 0);

/** Who has seen something, most first. */
const perMember = (seen: readonly metering.Seen[]) =>
  [...new Set(seen.map(({ user }) => user))]
    .map(user => ({ user, rows: seen.filter(row => row.user === user) }))
    .sort((a, b) => sum(b.rows) - sum(a.rows));

/** Bars of days, of everybody or of one member. */
const SeenChart = ({
  rows,
  days,
  who,
  fileName
}: {
  readonly rows: readonly metering.Seen[];
  readonly days: readonly string[];
  readonly who: string;
  readonly fileName: string;
}): JSX.Element => {
  const words = useWords();
  const series = useMemo(
    () => [
      {
        name: words.__('MiB a day: %1', who),
        values: days.map(day => sum(rows.filter(row => row.day === day)) / mebibyte)
      }
    ],
    [rows, days, who, words]
  );
  const labels = useMemo(() => days.map(day => day.slice(5)), [days]);
  const said = words.__('%1 sent to %2 in these days', formatBytes(sum(rows)), who);
  return <BarsChart label={said} labels={labels} series={series} fileName={fileName} />;
};

/** The days as bars, and every member's sum. */
const Seen = ({
  state: { seen, days },
  names,
  project
}: {
  readonly state: SeenState;
  readonly names: ReadonlyMap<string, string>;
  readonly project: string;
}): JSX.Element => {
  const words = useWords();
  const [chosen, setChosen] = useState(everybody);
  const members = useMemo(() => perMember(seen), [seen]);
  const nameOf = (user: string): string => names.get(user) ?? words.__('%1 (not a member now)', user);
  const rows = useMemo(
    () => (chosen === everybody ? seen : seen.filter(({ user }) => user === chosen)),
    [seen, chosen]
  );
  if (members.length === 0)
    return <EmptyState>{words.__('No data scientist opened JupyterLab in the last 30 days.')}</EmptyState>;
  return (
    <>
      <SelectField
        label={words.__('Member')}
        value={chosen}
        options={[
          { value: everybody, label: words.__('Everybody') },
          ...members.map(({ user }) => ({ value: user, label: nameOf(user) }))
        ]}
        onChange={setChosen}
      />
      <SeenChart
        rows={rows}
        days={days}
        who={chosen === everybody ? words.__('everybody') : nameOf(chosen)}
        fileName={`${project}-data-seen`}
      />
      <table className="hop-Parts">
        <thead>
          <tr>
            <th scope="col">{words.__('Member')}</th>
            <th scope="col">{words.__('Today')}</th>
            <th scope="col">{words.__('Most on a day')}</th>
            <th scope="col">{words.__('30 days')}</th>
          </tr>
        </thead>
        <tbody>
          {members.map(({ user, rows: own }) => (
            <tr key={user}>
              <th scope="row">{nameOf(user)}</th>
              <td>{formatBytes(sum(own.filter(({ day }) => day === days.at(-1))))}</td>
              <td>{formatBytes(Math.max(...own.map(({ bytes }) => bytes)))}</td>
              <td>{formatBytes(sum(own))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
};

/** The section Data seen of the project's settings: its data owners'. */
export const SeenSection = ({ project, model }: Props): JSX.Element => {
  const words = useWords();
  const { me, members } = project;
  const { state, problem } = model;
  const names = new Map(members.map(({ user, displayName }) => [user, displayName]));
  const owners = members.filter(({ role }) => role === 'data_owner').map(({ displayName }) => displayName);
  if (!me?.project) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  const may = roleCan(me.project.role, 'audit.view');
  return (
    <div className="hop-Settings-section">
      <h2>{words.__('Data seen')}</h2>
      <p className="hop-Quiet">
        {words.__(
          'Data scientists carry no data away in bulk, and what they see on the screen is counted: bytes that JupyterLab, with their notebooks and terminals, sent to their browsers. JupyterLab’s own pages are a few MiB of it.'
        )}
      </p>
      {!may && (
        <EmptyState>
          {words.__('Only data owners see how much was looked at. Ask %1.', owners.join(', '))}
        </EmptyState>
      )}
      {may && problem && <ProblemNotice error={problem} onRetry={() => void model.reload()} />}
      {may && !state && !problem && <p className="hop-Section-note">{words.__('Loading…')}</p>}
      {may && state && <Seen state={state} names={names} project={me.project.name} />}
    </div>
  );
};

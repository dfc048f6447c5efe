import type { projects } from '@hopslab/schema';
import { Link } from 'wouter';
import { Breakable, formatBytes, formatDuration, formatTime, useWords, type Translate } from '../ui/index.js';
import { roleName } from './role.js';

type Use = NonNullable<projects.ListedProject['use']>;

const minute = 60_000;

const agoWords = (words: Translate, time: string): string => {
  const passed = Date.now() - Date.parse(time);
  return passed < minute
    ? words.__('changed just now')
    : words.__('changed %1 ago', formatDuration(passed).split(' ').slice(0, 2).join(' '));
};

/** What is held and stored, against the limits that there are. */
const useWord = (words: Translate, { cores, memory, bytes }: Use): string => {
  const of = (used: string, limit: string | null): string =>
    limit === null ? used : words.__('%1 of %2', used, limit);
  const inBytes = ({ used, limit }: Use['memory']): string =>
    of(formatBytes(used), limit === null ? null : formatBytes(limit));
  return [
    words.__('%1 cores', of(String(cores.used), cores.limit === null ? null : String(cores.limit))),
    inBytes(memory),
    words.__('%1 stored', inBytes(bytes))
  ].join(' · ');
};

/** A project among mine: what it is, my role, when it last changed, and what it uses now. */
export const ProjectTile = ({ project }: { readonly project: projects.ListedProject }) => {
  const words = useWords();
  const { name, description, role, state, members, use } = project;
  return (
    <li>
      <Link href={`/projects/${name}`} className="hub-Tile">
        <strong className="hub-Tile-name">
          <Breakable name={name} />
        </strong>
        <span className="hub-Tile-text">{description || words.__('No description')}</span>
        <span className="hub-Tile-foot">
          <span>
            {roleName(words, role)}
            {state === 'archived' && ` · ${words.__('archived')}`}
          </span>
          <span>{words._n('%1 member', '%1 members', members)}</span>
          {use && <span className="hub-Tile-use">{useWord(words, use)}</span>}
          {use?.changedAt && (
            <span className="hub-Tile-use" title={formatTime(use.changedAt)}>
              {agoWords(words, use.changedAt)}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
};

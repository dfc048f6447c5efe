import { services, type projects } from '@hopslab/schema';
import { useState } from 'react';
import { Button, CheckField, ProblemNotice, useWords } from '../ui/index.js';
import type { Act } from './act.js';
import { ArchiveDialog } from './archive-dialog.js';
import { Card } from './card.js';
import { DeleteProjectDialog } from './delete-project-dialog.js';
import { DescriptionDialog } from './description-dialog.js';
import { useArchive, useEgress, usePutEgress, usePutService } from './project-settings.model.js';
import { useMembers } from './projects.model.js';
import { ownersOnly } from './role.js';
import { serviceWords } from './service-words.js';

type Question = 'describe' | 'archive' | 'delete';

const questionOf = (act: Act | null): Question | null => (act === 'archive' || act === 'delete' ? act : null);

/** What data owners settle about a project as a whole. */
export const SettingsCard = ({
  project,
  act
}: {
  readonly project: projects.Project;
  readonly act: Act | null;
}) => {
  const words = useWords();
  const members = useMembers(project.name);
  const archive = useArchive(project.name);
  const put = usePutService(project.name);
  const egress = useEgress(project.name);
  const putEgress = usePutEgress(project.name);
  const refusal = ownersOnly(words, project.role, members.data ?? []);
  const [question, setQuestion] = useState(refusal === null ? questionOf(act) : null);
  const close = (): void => {
    setQuestion(null);
  };
  const archived = project.state === 'archived';
  const frozen = archived ? words.__('The project is archived; take it out of the archive first.') : null;
  return (
    <Card
      title={words.__('Settings')}
      action={
        <Button
          disabledReason={refusal ?? frozen}
          onClick={() => {
            setQuestion('describe');
          }}
        >
          {words.__('Edit description')}
        </Button>
      }
    >
      <fieldset className="hub-Fields">
        <legend>{words.__('Services')}</legend>
        {services.map(name => {
          const { name: title, use } = serviceWords(words, name);
          return (
            <CheckField
              key={name}
              label={title}
              hint={use}
              checked={project.services.includes(name)}
              disabled={refusal !== null || archived || put.isPending}
              onChange={enabled => {
                put.mutate({ name, enabled });
              }}
            />
          );
        })}
      </fieldset>
      <fieldset className="hub-Fields">
        <legend>{words.__('Internet')}</legend>
        <CheckField
          label={words.__('Internet for data owners')}
          hint={words.__(
            'Their programs reach it by https from the next start of their notebook server on, and can carry data out'
          )}
          checked={egress.data?.enabled ?? false}
          disabled={refusal !== null || archived || putEgress.isPending || !egress.data}
          onChange={enabled => {
            putEgress.mutate(enabled);
          }}
        />
      </fieldset>
      {refusal !== null && <p className="hub-quiet">{refusal}</p>}
      {put.isError && <ProblemNotice error={put.error} />}
      {putEgress.isError && <ProblemNotice error={putEgress.error} />}
      {archive.isError && <ProblemNotice error={archive.error} />}
      <div className="hub-Row">
        <Button
          disabledReason={refusal}
          busy={archive.isPending}
          onClick={() => {
            if (archived) archive.mutate(false);
            else setQuestion('archive');
          }}
        >
          {archived ? words.__('Take out of the archive') : words.__('Archive…')}
        </Button>
        <Button
          disabledReason={refusal}
          onClick={() => {
            setQuestion('delete');
          }}
        >
          {words.__('Delete…')}
        </Button>
      </div>
      {question === 'describe' && <DescriptionDialog project={project.name} onClose={close} />}
      {question === 'archive' && <ArchiveDialog project={project.name} onClose={close} />}
      {question === 'delete' && <DeleteProjectDialog project={project.name} onClose={close} />}
    </Card>
  );
};

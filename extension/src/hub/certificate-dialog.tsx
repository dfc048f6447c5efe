import { devices } from '@hopslab/schema';
import { useState } from 'react';
import { ApiProblem } from '../api/index.js';
import { Button, Dialog, ProblemNotice, SelectField, TextField, useWords } from '../ui/index.js';
import { CertificateFiles } from './certificate-files.js';
import { useIssue, type Format } from './devices.model.js';
import { sentence } from './sentence.js';

export interface CertificateDialogProps {
  readonly project: string;
  /** The device it is for; null for a new one. */
  readonly device: string | null;
  readonly onClose: () => void;
}

const nameRule = devices.Device.shape.name;

export const CertificateDialog = ({ project, device, onClose }: CertificateDialogProps) => {
  const words = useWords();
  const [name, setName] = useState(device ?? '');
  const [format, setFormat] = useState<Format>('pem');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const issue = useIssue(project);

  const formats: Readonly<Record<Format, string>> = {
    pem: words.__('PEM: curl, Python, Go, Node and most others'),
    p12: words.__('PKCS#12: Java, Android, Windows, macOS'),
    jks: words.__('JKS: Java programs that read nothing newer')
  };
  const needed = format !== 'pem' && password === '';
  const nameFault = tried ? nameRule.safeParse(name).error?.issues[0]?.message : undefined;
  const told = issue.error instanceof ApiProblem ? issue.error : null;
  const passwordFault =
    told?.fault('password') ?? (tried && needed ? words.__('a key store needs a password') : undefined);

  if (issue.data)
    return (
      <Dialog
        title={words.__('Certificate of %1', issue.data.principal)}
        onClose={onClose}
        onSubmit={onClose}
        actions={
          <Button type="submit" look="main">
            {words.__('Done')}
          </Button>
        }
      >
        <CertificateFiles certificate={issue.data} />
      </Dialog>
    );
  return (
    <Dialog
      title={
        device === null ? words.__('New device in %1', project) : words.__('New certificate for %1', device)
      }
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (!issue.isPending && nameRule.safeParse(name).success && !needed)
          issue.mutate({ name, format, password });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={issue.isPending}>
            {words.__('Make certificate')}
          </Button>
        </>
      }
    >
      {issue.isError && passwordFault === undefined && <ProblemNotice error={issue.error} />}
      {device === null && (
        <TextField
          label={words.__('Name')}
          name="device"
          autoComplete="off"
          autoFocus
          required
          value={name}
          hint={words.__('Names the program in the audit, as %1.', `${project}__…__${name || 'name'}`)}
          error={nameFault && sentence(nameFault)}
          onChange={setName}
        />
      )}
      <SelectField
        label={words.__('Format')}
        value={format}
        options={devices.formats.map(value => ({ value, label: formats[value] }))}
        onChange={setFormat}
      />
      <TextField
        label={
          format === 'pem'
            ? words.__('Password of the key (optional)')
            : words.__('Password of the key store')
        }
        type="password"
        name="key-password"
        autoComplete="new-password"
        value={password}
        error={passwordFault && sentence(passwordFault)}
        onChange={value => {
          issue.reset();
          setPassword(value);
        }}
      />
    </Dialog>
  );
};

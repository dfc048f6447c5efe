import { useState } from 'react';
import { Button, ConfirmDialog, EmptyState, formatTime, ProblemNotice, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { CertificateDialog } from './certificate-dialog.js';
import { useDevices, useRevoke, type Device } from './devices.model.js';

const RevokeDialog = ({
  project,
  device,
  onClose
}: {
  readonly project: string;
  readonly device: Device;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const revoke = useRevoke(project);
  return (
    <ConfirmDialog
      title={words.__('Revoke %1?', device.principal)}
      act={words.__('Revoke')}
      danger
      busy={revoke.isPending}
      onConfirm={() => {
        revoke.mutate(device, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <p>{words.__('Its certificates are refused at once, and what it has open ends.')}</p>
      {revoke.isError && <ProblemNotice error={revoke.error} />}
    </ConfirmDialog>
  );
};

/** Applications outside that act for me in the project; a data owner sees everybody's. */
export const DevicesCard = ({ project, me }: { readonly project: string; readonly me: string }) => {
  const words = useWords();
  const devices = useDevices(project);
  /** Whose next certificate is being made; null for a new device. */
  const [issuing, setIssuing] = useState<Device | null>();
  const [revoking, setRevoking] = useState<Device>();
  const until = ({ certificates }: Device): string =>
    certificates[0] ? formatTime(certificates[0].expiresAt) : words.__('no certificate is good');
  return (
    <Card
      title={words.__('Devices')}
      action={
        <Button
          icon="plus"
          onClick={() => {
            setIssuing(null);
          }}
        >
          {words.__('New device')}
        </Button>
      }
    >
      {devices.isError && <ProblemNotice error={devices.error} onRetry={() => void devices.refetch()} />}
      {devices.data?.length === 0 && (
        <EmptyState>
          {words.__('A device is a program outside with a certificate to act for you here.')}
        </EmptyState>
      )}
      {devices.data && devices.data.length > 0 && (
        <table className="hub-Table">
          <thead>
            <tr>
              <th scope="col">{words.__('Device')}</th>
              <th scope="col">{words.__('Good until')}</th>
              <th scope="col">{words.__('Last used')}</th>
              <th scope="col">
                <span className="hop-hidden">{words.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {devices.data.map(device => (
              <tr key={device.principal}>
                <th scope="row">
                  {device.name}
                  <span className="hub-quiet hub-block">
                    {device.user === me ? words.__('yours') : device.user}
                  </span>
                </th>
                <td>{until(device)}</td>
                <td>
                  {device.lastUsedAt ? formatTime(device.lastUsedAt) : words.__('never')}
                  {device.lastAddress && <span className="hub-quiet hub-block">{device.lastAddress}</span>}
                </td>
                <td className="hop-mod-end">
                  {device.user === me && (
                    <Button
                      look="bare"
                      onClick={() => {
                        setIssuing(device);
                      }}
                    >
                      {words.__('New certificate')}
                    </Button>
                  )}
                  <Button
                    look="bare"
                    icon="cross"
                    iconOnly
                    onClick={() => {
                      setRevoking(device);
                    }}
                  >
                    {words.__('Revoke %1', device.principal)}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {issuing !== undefined && (
        <CertificateDialog
          project={project}
          device={issuing?.name ?? null}
          onClose={() => {
            setIssuing(undefined);
          }}
        />
      )}
      {revoking && (
        <RevokeDialog
          project={project}
          device={revoking}
          onClose={() => {
            setRevoking(undefined);
          }}
        />
      )}
    </Card>
  );
};

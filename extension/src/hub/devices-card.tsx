import { useState } from 'react';
import { Button, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { CertificateDialog } from './certificate-dialog.js';
import { DevicesTable } from './devices-table.js';
import { useDevices, type Device } from './devices.model.js';

/** Applications outside that act for me in the project; a data owner sees everybody's. */
export const DevicesCard = ({ project, me }: { readonly project: string; readonly me: string }) => {
  const words = useWords();
  const devices = useDevices(project);
  /** Whose next certificate is being made; null for a new device. */
  const [issuing, setIssuing] = useState<Device | null>();
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
      <DevicesTable
        found={devices}
        below={({ user }) => (user === me ? words.__('yours') : user)}
        moreActs={device =>
          device.user === me && (
            <Button
              look="bare"
              onClick={() => {
                setIssuing(device);
              }}
            >
              {words.__('New certificate')}
            </Button>
          )
        }
      />
      {issuing !== undefined && (
        <CertificateDialog
          project={project}
          device={issuing?.name ?? null}
          onClose={() => {
            setIssuing(undefined);
          }}
        />
      )}
    </Card>
  );
};

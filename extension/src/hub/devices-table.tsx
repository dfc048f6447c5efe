import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatTime, useWords } from '../ui/index.js';
import { useRevoke, type Device } from './devices.model.js';
import { RevocableTable } from './revocable-table.js';

/** Devices, with what tells one from another below its name. */
export const DevicesTable = ({
  found,
  below,
  moreActs
}: {
  readonly found: UseQueryResult<readonly Device[]>;
  readonly below: (device: Device) => string;
  readonly moreActs?: (device: Device) => ReactNode;
}) => {
  const words = useWords();
  const revoke = useRevoke();
  return (
    <RevocableTable
      found={found}
      empty={words.__('A device is a program outside with a certificate to act for you in a project.')}
      columns={[
        {
          title: words.__('Device'),
          cell: device => (
            <>
              {device.name}
              <span className="hub-quiet hub-block">{below(device)}</span>
            </>
          )
        },
        {
          title: words.__('Good until'),
          cell: ({ certificates: [newest] }) =>
            newest ? formatTime(newest.expiresAt) : words.__('no certificate is good')
        }
      ]}
      nameOf={({ principal }) => principal}
      keyOf={({ principal }) => principal}
      revoke={revoke}
      consequence={words.__('Its certificates are refused at once, and what it has open ends.')}
      {...(moreActs && { moreActs })}
    />
  );
};

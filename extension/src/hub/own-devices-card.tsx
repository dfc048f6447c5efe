import { useWords } from '../ui/index.js';
import { Card } from './card.js';
import { DevicesTable } from './devices-table.js';
import { useOwnDevices } from './devices.model.js';

/** My applications outside, whatever projects they act in; each is made on its project's page. */
export const OwnDevicesCard = () => {
  const words = useWords();
  const devices = useOwnDevices();
  return (
    <Card title={words.__('Devices')}>
      <DevicesTable found={devices} below={({ project }) => words.__('in %1', project)} />
    </Card>
  );
};

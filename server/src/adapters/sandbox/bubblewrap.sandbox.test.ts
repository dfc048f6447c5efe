import { sandboxContract } from '../../ports/sandbox.contract.js';
import { unmountContract } from '../../ports/sandbox.unmount.contract.js';
import { bubblewrapUnderTest } from './sandbox.fixture.js';

for (const contract of [sandboxContract, unmountContract]) {
  contract('bubblewrap', () => bubblewrapUnderTest());
  contract('bubblewrap without control groups', () => bubblewrapUnderTest({ controlGroups: false }));
}

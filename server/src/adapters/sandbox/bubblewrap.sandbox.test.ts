import { sandboxContract } from '../../ports/sandbox.contract.js';
import { bubblewrapUnderTest } from './sandbox.fixture.js';

sandboxContract('bubblewrap', () => bubblewrapUnderTest());
sandboxContract('bubblewrap without control groups', () => bubblewrapUnderTest({ controlGroups: false }));

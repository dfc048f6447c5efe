import { writeFileSync } from 'node:fs';
import { openapi } from './openapi.js';

// Writes the committed document; a test fails when it differs from what the endpoints say.
writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(openapi(), null, 2)}\n`);

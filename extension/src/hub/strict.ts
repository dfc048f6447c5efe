import { z } from 'zod';

// Our content security policy forbids the code generation that zod tries as soon as a schema is declared.
z.config({ jitless: true });

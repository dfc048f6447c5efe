import { hash, verify } from '@node-rs/argon2';

// argon2id is the library’s default; OWASP's second recommendation for argon2id: 19 MiB, 2 passes, 1 lane.
const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A PHC string with its own salt. */
export const hashPassword = (password: string): Promise<string> => hash(password, settings);

let decoy: Promise<string> | undefined;

/** Takes as long for a user who is not there, so that the answer's time tells nothing. */
export const passwordMatches = async (stored: string | undefined, password: string): Promise<boolean> => {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await decoy), password);
  return matches && stored !== undefined;
};

import type { TestProject } from 'vitest/node';
import { startInstallation, type Installation } from './installation.js';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly installation: Installation;
  }
}

/** One real platform for all the tests; one that is already up where it is named. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['HOPSLAB_TEST_INSTALLATION'];
  if (given) {
    project.provide('installation', JSON.parse(given) as Installation);
    return undefined;
  }
  const { down, ...installation } = await startInstallation();
  project.provide('installation', installation);
  return down;
}

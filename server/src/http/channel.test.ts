import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { canTakeFiles } from '../platform/handed-file.js';
import { announcedForTaking, asSandbox, isForTaking } from './channel.js';

const asked = (method: string, headers: IncomingMessage['headers']) =>
  Object.assign(new IncomingMessage(new Socket()), { method, headers });

it('hands a file over to the proxy, which says that it can take one, and to no sandbox that says so', () => {
  const taking = { [canTakeFiles]: '1' };
  const ofSandbox = asked('GET', taking);
  asSandbox(ofSandbox, { project: 'atlas', user: 'ada', sandbox: 'box' });
  const all = [asked('GET', taking), asked('GET', {}), asked('HEAD', taking), ofSandbox];
  expect(all.map(isForTaking)).toEqual([true, false, false, false]);
});

it('lets the proxy write an upload, and no sandbox that says that it would', () => {
  const taking = { [canTakeFiles]: '2000000' };
  const ofSandbox = asked('PUT', taking);
  asSandbox(ofSandbox, { project: 'atlas', user: 'ada', sandbox: 'box' });
  const all = [asked('PUT', taking), asked('PUT', {}), asked('POST', taking), ofSandbox];
  expect(all.map(announcedForTaking)).toEqual([2_000_000, undefined, undefined, undefined]);
});

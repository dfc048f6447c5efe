import { describe, expect, it } from 'vitest';
import type { Door } from '../domains/egress/egress.store.js';
import { createDiary, type Told } from './diary.js';

const door = (user: string): Door => ({
  sandbox: 's',
  project: 'demo',
  user,
  role: 'data_owner',
  locked: false,
  archived: false,
  enabled: true
});
const to = (host: string, user = 'ada'): Told => ({ door: door(user), destination: { host, port: 443 } });

describe('the diary', () => {
  it('tells of each member, host and refusal once, and again when the time is over', async () => {
    let now = 0;
    const told: string[] = [];
    const diary = createDiary({
      write: ({ door: { user }, destination: { host }, refused = '' }) => {
        told.push(`${user} ${host} ${refused}`.trim());
        return Promise.resolve();
      },
      now: () => now,
      windowMs: 1000
    });
    const all = [to('a'), to('a'), to('b'), to('a', 'bob'), { ...to('a'), refused: 'off' }];
    for (const one of all) expect(await diary.tell(one)).toBe(true);
    expect(told).toEqual(['ada a', 'ada b', 'bob a', 'ada a off']);
    now = 1000;
    await diary.tell(to('a'));
    expect(told).toHaveLength(5);
  });

  it('has room for so many hosts of a member, and then says so', async () => {
    const diary = createDiary({ write: () => Promise.resolve(), most: 2 });
    const answers = [];
    for (const host of ['a', 'b', 'c', 'a']) answers.push(await diary.tell(to(host)));
    expect(answers).toEqual([true, true, false, true]);
    expect(await diary.tell(to('c', 'bob'))).toBe(true);
  });

  it('lets nobody pass whose row could not be written, and tries again', async () => {
    const { promise, reject } = Promise.withResolvers<undefined>();
    let writes = 0;
    const diary = createDiary({ write: () => (writes++ === 0 ? promise : Promise.resolve()) });
    const both = [diary.tell(to('a')), diary.tell(to('a'))];
    reject(new Error('away'));
    for (const one of both) await expect(one).rejects.toThrow('away');
    expect(await diary.tell(to('a'))).toBe(true);
    expect(writes).toBe(2);
  });
});

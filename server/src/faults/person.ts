import type { auth, notebooks, Problem } from '@hopslab/schema';
import type { Installation } from './installation.js';
import { createLine, type Answer, type Asked } from './line.js';
import { until } from './patience.js';

const retriable = ({ status, body }: Answer): boolean =>
  status >= 500 && ((body as Partial<Problem> | null)?.retriable ?? false);

/** Two small executors: what fits beside others on a small machine. */
export const lease: notebooks.Resources = { executors: 2, cores: 1, memory: 512 * 2 ** 20, gpus: 0 };

/** A person with a program: signs in with a password, and asks again as problems say that they may. */
export const createPerson = (at: Installation) => {
  const line = createLine(at.ca);
  let bearer: Promise<string> | undefined;

  const signIn = async (): Promise<string> => {
    const { username, password } = at;
    const { status, body } = await line.send(`${at.url}/api/v1/auth/login`, {
      method: 'POST',
      body: { username, password }
    });
    if (status !== 200) throw new Error(`the sign-in was answered ${status}: ${JSON.stringify(body)}`);
    return (body as { token: string }).token;
  };

  const token = (): Promise<string> => {
    bearer ??= signIn().catch((error: unknown) => {
      bearer = undefined;
      throw error;
    });
    return bearer;
  };

  /** One request, answered however it is; an old token is replaced. */
  const once = async (path: string, asked: Asked = {}): Promise<Answer> => {
    const url = path.startsWith('https:') ? path : `${at.url}/api/v1${path}`;
    const headers = { ...asked.headers, authorization: `Bearer ${await token()}` };
    const answer = await line.send(url, { ...asked, headers });
    if (answer.status !== 401) return answer;
    bearer = undefined;
    return line.send(url, { ...asked, headers: { ...headers, authorization: `Bearer ${await token()}` } });
  };

  /** Asks until there is an answer that is not to be asked for again; throws what is refused. */
  const ask = async <T>(path: string, asked: Asked = {}): Promise<T> => {
    const answer = await until(`answer of ${path}`, async () => {
      const now = await once(path, asked);
      if (retriable(now)) throw new Error(JSON.stringify(now.body));
      return now;
    });
    if (answer.status >= 400)
      throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };

  return {
    name: at.username,
    line,
    token,
    once,
    ask,
    /** A token of its own: the old one is forgotten. */
    forgetToken: (): void => {
      bearer = undefined;
    },
    me: () => ask<auth.Me>('/auth/me')
  };
};
export type Person = ReturnType<typeof createPerson>;

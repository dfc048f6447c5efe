import { randomUUID } from 'node:crypto';
import { WebSocket, type RawData } from 'ws';
import { loopback } from './line.js';
import { until } from './patience.js';
import type { Person } from './person.js';

interface Message {
  readonly header: { readonly msg_type: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Readonly<Record<string, unknown>>;
}

/** What came of a cell so far: everything that was shown, and how it ended. */
export interface Run {
  text: string;
  status: string | undefined;
  /** Nothing more is shown: outputs come another way than the answer, and may come after it. */
  idle: boolean;
}

const shown = ({ header, content }: Message): string => {
  if (header.msg_type === 'stream') return String(content['text']);
  if (header.msg_type === 'error') return `${String(content['ename'])}: ${String(content['evalue'])}\n`;
  const data = content['data'] as Record<string, unknown> | undefined;
  const plain = data?.['text/plain'];
  return plain === undefined ? '' : `${JSON.stringify(plain)}\n`;
};

/** A kernel as a browser has it: over a WebSocket through the proxy, which connects again whenever it is lost. */
export const openKernel = async (person: Person, origin: string) => {
  const { id } = await person.ask<{ id: string }>(`${origin}/api/kernels`, {
    method: 'POST',
    body: { name: 'hopslab' }
  });
  const session = randomUUID();
  const runs = new Map<string, Run>();
  const states: string[] = [];
  let socket: WebSocket | undefined;
  let closed = false;
  let losses = 0;

  const hear = (data: RawData): void => {
    const message = JSON.parse((data as Buffer).toString()) as Message;
    if (message.header.msg_type === 'status') states.push(String(message.content['execution_state']));
    const run = runs.get(message.parent_header.msg_id ?? '');
    if (!run) return;
    run.text += shown(message);
    run.idle ||= message.content['execution_state'] === 'idle';
    if (message.header.msg_type.endsWith('_reply')) run.status = String(message.content['status']);
  };

  const again = (): void => void setTimeout(() => void open().catch(again), 100);

  const open = async (): Promise<void> => {
    const url = `${origin.replace(/^https/, 'wss')}/api/kernels/${id}/channels?session_id=${session}`;
    const fresh = new WebSocket(url, {
      ca: person.line.trust,
      lookup: loopback,
      headers: { authorization: `Bearer ${await person.token()}` }
    });
    fresh.on('message', hear);
    fresh.on('error', () => undefined);
    fresh.on('close', () => {
      if (closed) return;
      if (socket === fresh) losses += 1;
      socket = undefined;
      person.forgetToken();
      again();
    });
    fresh.on('open', () => {
      socket = fresh;
      if (closed) fresh.close();
    });
  };
  await open();
  await until('connection to the kernel', () => socket !== undefined);

  const request = (channel: string, type: string, content: object): Run | undefined => {
    if (socket?.readyState !== WebSocket.OPEN) return undefined;
    const run: Run = { text: '', status: undefined, idle: false };
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      username: '',
      session,
      date: new Date().toISOString(),
      version: '5.3'
    };
    runs.set(header.msg_id, run);
    socket.send(JSON.stringify({ header, content, parent_header: {}, metadata: {}, buffers: [], channel }));
    return run;
  };

  const send = (code: string): Run | undefined =>
    request('shell', 'execute_request', {
      code,
      silent: false,
      store_history: false,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: false
    });

  /** What came of a request; asked again where the connection or the kernel was lost meanwhile. */
  const insist = (what: string, ask: () => Run | undefined, ms: number): Promise<Run> =>
    until(
      what,
      async () => {
        const run = ask();
        if (!run) return undefined;
        const line = socket;
        const answered = () => run.status !== undefined && run.idle;
        await until('reply', () => answered() || socket !== line, 20_000);
        return answered() ? run : undefined;
      },
      ms
    );

  return {
    id,
    /** What the kernel said of itself, oldest first: `busy`, `restarting` ... */
    states,
    get losses() {
      return losses;
    },
    /** Starts a cell and goes on. */
    start: (code: string): Promise<Run> => until('connection to the kernel', () => send(code)),
    /** What a short cell shows. */
    say: async (code: string, ms = 120_000): Promise<string> =>
      (await insist(`answer of the kernel to ${code}`, () => send(code), ms)).text,
    /** Waits until the kernel answers, at work or not. */
    alive: (ms = 120_000): Promise<Run> =>
      insist('sign of life of the kernel', () => request('control', 'kernel_info_request', {}), ms),
    close: (): void => {
      closed = true;
      socket?.close();
    }
  };
};
export type Kernel = Awaited<ReturnType<typeof openKernel>>;

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endAll, hostileNotebook, literal, type HostileNotebook } from './hostile.fixture.js';
import { bubblewrapUnderTest, type SandboxFixture } from './sandbox.fixture.js';

let under: SandboxFixture;
let eve: HostileNotebook;
const servers: Server[] = [];

beforeAll(async () => {
  under = bubblewrapUnderTest();
  eve = await hostileNotebook(under);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await endAll(under);
});

const listen = (where: { host: string; port: 0 } | { path: string }): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(socket => socket.end('hello'));
    servers.push(server);
    server.once('error', reject).listen(where, () => resolve(server));
  });

const listening = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === '0A')
    .map(fields => parseInt(fields[1]?.split(':')[1] ?? '0', 16));

const addresses = (family: string): string[] =>
  Object.values(networkInterfaces()).flatMap(each =>
    (each ?? []).filter(one => one.family === family).map(({ address }) => address)
  );

/** Which of the ports of the machine answer inside. */
const reached = async (family: 'AF_INET' | 'AF_INET6', hosts: string[], ports: number[]) => {
  const found = await eve.attempt(`
found["tried"] = [reach(socket.${family}, (host, port)) for host in ${literal(hosts)} for port in ${literal(ports)}]`);
  const tried = found['tried'] as string[];
  expect(tried).toHaveLength(hosts.length * ports.length);
  expect(tried.length).toBeGreaterThan(0);
  return tried.filter(answer => answer === 'done');
};

const unixSockets = (): string[] =>
  readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/)[7])
    .filter(path => path !== undefined);

describe('a hostile notebook on the network', () => {
  it('reaches no port of the machine, the platform’s included, by IPv4', async () => {
    await listen({ host: '127.0.0.1', port: 0 });
    await listen({ host: '0.0.0.0', port: 0 });
    const ports = [...new Set(listening('/proc/net/tcp'))];
    expect(ports.length).toBeGreaterThan(1);
    expect(await reached('AF_INET', [...addresses('IPv4'), '0.0.0.0'], ports)).toEqual([]);
  });

  it('reaches no port of the machine by IPv6', async () => {
    await listen({ host: '::', port: 0 });
    const ports = [...new Set(listening('/proc/net/tcp6'))];
    expect(ports.length).toBeGreaterThan(0);
    expect(await reached('AF_INET6', [...addresses('IPv6'), '::1', '::'], ports)).toEqual([]);
  });

  it('reaches no address outside, a cloud’s metadata included', async () => {
    const { answers } = await eve.attempt(`
found["answers"] = [reach(socket.AF_INET, (host, 80)) for host in ("192.0.2.1", "169.254.169.254", "10.0.0.1")] + [
    reach(socket.AF_INET6, ("2001:db8::1", 80))]`);
    expect(new Set(answers as string[])).toEqual(new Set(['ENETUNREACH']));
  });

  it('asks no name server, nor sends a datagram anywhere', async () => {
    const servers = [...readFileSync('/etc/resolv.conf', 'utf8').matchAll(/^nameserver\s+([\d.]+)$/gm)];
    const found = await eve.attempt(`
def send(host):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", (host, 53))
def name():
    try:
        socket.getaddrinfo("example.org", 80)
    except socket.gaierror:
        return "no such name"
found["name"] = name()
found["sent"] = [attempt(lambda: send(host)) for host in ${literal([...servers.map(([, host]) => host), '192.0.2.53', '224.0.0.251'])}
    if not host.startswith("127.")]
found["resolver"] = opens("/etc/resolv.conf")`);
    expect(found['name']).toBe('no such name');
    expect(new Set(found['sent'] as string[])).toEqual(new Set(['ENETUNREACH']));
    expect(found['resolver']).toBe('ENOENT');
  });

  it('forges and reads no packets', async () => {
    const { answers } = await eve.attempt(`
def make(*how):
    return attempt(lambda: socket.socket(*how).close())
found["answers"] = [make(socket.AF_PACKET, socket.SOCK_RAW), make(socket.AF_PACKET, socket.SOCK_DGRAM),
    make(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), make(socket.AF_INET6, socket.SOCK_RAW, 58)]`);
    expect(answers).toEqual(['EAFNOSUPPORT', 'EAFNOSUPPORT', 'EPERM', 'EPERM']);
  });

  it('reaches the hypervisor by no vsock, nor the kernel by rare families of sockets', async () => {
    // ax25 ipx appletalk x25 key rds pppox llc can tipc bluetooth alg nfc vsock kcm qipcrtr smc xdp
    const families = [3, 4, 5, 9, 15, 21, 24, 26, 29, 30, 31, 38, 39, 40, 41, 42, 43, 44];
    const found = await eve.attempt(`
found["single"] = [attempt(lambda: socket.socket(family, kind).close())
    for family in ${literal(families)} for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)]
pair = (ctypes.c_int * 2)()
number = 53 if platform.machine() == "x86_64" else 199
found["pair"] = attempt(lambda: "done" if libc.syscall(number, 40, 1, 0, pair) == 0 else errno.errorcode[ctypes.get_errno()])`);
    expect(new Set(found['single'] as string[])).toEqual(new Set(['EAFNOSUPPORT']));
    expect(found['pair']).toBe('EAFNOSUPPORT');
  });

  it('changes no interface or address, and hears only of its own loopback', async () => {
    const found = await eve.attempt(`
RTM_NEWLINK, NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE, NLMSG_ERROR = 16, 1, 4, 0x400, 2
def ask(kind, body):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as s:
        s.send(struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, 1, 0) + body)
        answer = s.recv(4096)
        code = -struct.unpack("=i", answer[16:20])[0]
        return errno.errorcode.get(code, code)
found["interfaces"] = [name for _, name in socket.if_nameindex()]
found["link"] = ask(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, 1, 0, 1))
found["address"] = ask(20, struct.pack("=BBBBI", 2, 8, 0, 0, 1) + struct.pack("=HH4B", 8, 2, 10, 0, 0, 1))`);
    expect(found).toEqual({ interfaces: ['lo'], link: 'EPERM', address: 'EPERM' });
  });

  it('reaches no unix socket of the machine by its path', async () => {
    const path = join(under.data, 'server.sock');
    await listen({ path });
    // What lies in /run/web is the sandbox’s own, seen from this side too once somebody is connected to it.
    const paths = unixSockets().filter(name => name.startsWith('/') && !name.startsWith('/run/web/'));
    expect(paths).toContain(path);
    const { answers } = await eve.attempt(
      `found["answers"] = [[name, reach(socket.AF_UNIX, name)] for name in ${literal(paths)}]`
    );
    expect(answers).toHaveLength(paths.length);
    expect((answers as string[][]).filter(([, answer]) => answer === 'done')).toEqual([]);
  });

  it('reaches no abstract socket of the machine', async () => {
    const own = `hopslab-test-${randomUUID()}`;
    await listen({ path: `\0${own}` });
    const names = unixSockets()
      .filter(name => name.startsWith('@'))
      .map(name => name.slice(1).replace(/@+$/, ''));
    expect(names).toContain(own);
    const { answers } = await eve.attempt(
      `found["answers"] = [reach(socket.AF_UNIX, "\\0" + name) for name in ${literal(names)}]`
    );
    expect(new Set(answers as string[])).toEqual(new Set(['ECONNREFUSED']));
  });

  it('gets no hold of the machine’s network by the connections that the proxy opens to it', async () => {
    const name = `hopslab-test-${randomUUID()}`;
    await listen({ path: `\0${name}` });
    const found = await eve.attempt(`
import fcntl
SIOCGSKNS, SIOCSIFFLAGS, SIOCSIFMTU, SIOCSIFNAME = 0x894C, 0x8914, 0x8922, 0x8923
peers = [socket.socket(fileno=os.dup(int(fd))) for fd in os.listdir("/proc/self/fd")
    if attempt(lambda: os.readlink(f"/proc/self/fd/{fd}")).startswith("socket:")]
found["peers"] = len(peers)
interface = b"lo".ljust(40, b"\\0")
found["namespace"] = [attempt(lambda: fcntl.ioctl(peer, SIOCGSKNS) and None) for peer in peers]
found["changed"] = [attempt(lambda: fcntl.ioctl(peer, what, interface) and None) for peer in peers
    for what in (SIOCSIFFLAGS, SIOCSIFMTU, SIOCSIFNAME)]
found["again"] = [attempt(lambda: peer.bind("\\0mine")) for peer in peers] + [attempt(peer.listen) for peer in peers]
found["connected"] = [attempt(lambda: peer.connect("\\0${name}")) for peer in peers]`);
    expect(found).toEqual({
      peers: 1,
      namespace: ['EPERM'],
      changed: ['EPERM', 'EPERM', 'EPERM'],
      again: ['EINVAL', 'EINVAL'],
      connected: ['EISCONN']
    });
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { freePort, serve } from '../parts/processes.ts';
import { eventually, run } from '../parts/programs.ts';
import { debian } from './debian.ts';

export const nginxName = 'nginx 1.22 (Debian 12), WebDAV PUT, sendfile';

/** What it could pass on to, each with a folder that has to be there. */
const others = ['proxy', 'fastcgi', 'uwsgi', 'scgi'];

const settings = (folder: string, port: number): string => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off; worker_processes auto; pid ${folder}/pid; error_log stderr;
events { }
http {
  access_log off; sendfile on; client_max_body_size 0; client_body_temp_path ${folder}/incoming;
  ${others.map(kind => `${kind}_temp_path ${folder}/incoming;`).join(' ')}
  server {
    listen 127.0.0.1:${port} ssl; ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate ${folder}/certificate.pem; ssl_certificate_key ${folder}/key.pem;
    root ${folder}/files;
    location / { dav_methods PUT; create_full_put_path on; }
  }
}`;

export const answers = async (port: number): Promise<true | undefined> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
};

/** nginx with TLS on loopback, which serves a folder and takes files into it by PUT. */
export const nginx = (bench: Bench) =>
  bench.keep('nginx', async () => {
    const { root, env } = await debian(bench, 'nginx', ['nginx', 'libpcre2-8-0']);
    const folder = await bench.folder('nginx');
    for (const part of ['files', 'incoming']) await mkdir(join(folder, part), { recursive: true });
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '30'];
    await run('openssl', ['req', ...made, '-keyout', key, '-out', certificate]);
    const port = await freePort();
    await writeFile(join(folder, 'nginx.conf'), settings(folder, port));
    const given = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
    const served = serve(join(root, 'usr/sbin/nginx'), given, { env, log: join(bench.scratch, 'nginx.log') });
    await eventually('nginx', () => answers(port));
    return { url: `https://127.0.0.1:${port}`, files: join(folder, 'files'), close: () => served.end() };
  });

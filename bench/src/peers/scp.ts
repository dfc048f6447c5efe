import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { freePort, serve } from '../parts/processes.ts';
import { eventually, run } from '../parts/programs.ts';
import { debian } from './debian.ts';
import { answers } from './nginx.ts';

export const scpName = 'scp -r to sshd on loopback, OpenSSH 9.2 (Debian 12)';

const packages = [
  'openssh-server',
  'openssh-sftp-server',
  'openssh-client',
  'libwrap0',
  'libnsl2',
  'libtirpc3'
];

const settings = (folder: string, port: number): string => `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/user.pub
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
`;

const whom = 'bench';

/** The accounts that it sees: who runs the bench, under another name, and the one that it lends its own rights to. */
const accounts = (folder: string): string =>
  [
    `${whom}:NP:${process.getuid?.()}:${process.getgid?.()}::${folder}:/bin/sh`,
    `sshd:NP:65533:65534::/:/usr/sbin/nologin`
  ].join('\n');

/** An SSH server on loopback for who runs the bench; answers how a folder is copied by it. */
export const scp = (bench: Bench) =>
  bench.keep('scp', async () => {
    const { root, env } = await debian(bench, 'openssh', packages);
    const folder = await bench.folder('scp');
    for (const key of ['host', 'user']) {
      await rm(join(folder, key), { force: true });
      const made = ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)];
      await run(join(root, 'usr/bin/ssh-keygen'), made, { env });
      await chmod(join(folder, key), 0o600);
    }
    const port = await freePort();
    for (const [name, text] of [
      ['config', settings(folder, port)],
      ['passwd', accounts(folder)],
      ['shadow', '']
    ] as const)
      await writeFile(join(folder, name), text);
    const bound = ['passwd', 'shadow'].flatMap(name => ['--ro-bind', join(folder, name), `/etc/${name}`]);
    const alone = ['--unshare-pid', '--proc', '/proc', '--die-with-parent'];
    const around = ['--dev-bind', '/', '/', ...bound, '--tmpfs', '/run', '--dir', '/run/sshd', ...alone];
    const whole = process.getuid?.() === 0 ? ['--cap-add', 'ALL'] : [];
    const served = serve(
      'bwrap',
      [...whole, ...around, join(root, 'usr/sbin/sshd'), '-D', '-e', '-f', join(folder, 'config')],
      { env, log: join(bench.scratch, 'sshd.log') }
    );
    await eventually('sshd', () => answers(port));
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes'];
    const given = [
      ...['-r', '-q', '-F', 'none', '-S', join(root, 'usr/bin/ssh'), '-i', join(folder, 'user')],
      ...['-P', String(port), ...options.flatMap(option => ['-o', option])]
    ];
    return {
      copy: (from: string, to: string) =>
        run(join(root, 'usr/bin/scp'), [...given, from, `${whom}@127.0.0.1:${to}`], { env }),
      close: () => served.end()
    };
  });

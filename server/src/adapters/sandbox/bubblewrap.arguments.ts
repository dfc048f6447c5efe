import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxSpec } from '../../ports/sandbox.js';
import type { SandboxPaths } from './sandbox.paths.js';

/** Memory file systems inside, and how large each may grow; what is in them counts as memory. */
export const memoryFolders = ['/tmp', '/dev/shm'];

// Not the cgroup namespace: JDK 17 under cgroup v1 fails to start in one.
const isolation = [
  ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-net'],
  ...['--disable-userns', '--cap-drop', 'ALL', '--new-session'],
  ...['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox']
];

// Programs and their public data; parts of /etc that Debian's interpreters read through links from /usr.
const system = [
  '/etc/alternatives',
  '/etc/java-17-openjdk',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/ssl/certs'
];
const roots = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

const linkOf = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
};

const programs = (): string[] => [
  ...['--ro-bind', '/usr', '/usr'],
  ...roots.filter(existsSync).flatMap(path => {
    const target = linkOf(path);
    return target === undefined ? ['--ro-bind', path, path] : ['--symlink', target, path];
  }),
  ...system.filter(existsSync).flatMap(path => ['--ro-bind', path, path])
];

/** bwrap's arguments for a specification, without the command. */
export const bubblewrapArguments = (spec: SandboxSpec, paths: SandboxPaths): string[] => {
  const size = String(Math.max(64 * 2 ** 20, Math.floor(spec.memory / 2)));
  return [
    ...isolation,
    ...programs(),
    ...Object.keys(spec.files ?? {}).flatMap((path, index) => [
      '--ro-bind',
      join(paths.files, String(index)),
      path
    ]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...(spec.devices ?? []).flatMap(device => ['--dev-bind-try', device, device]),
    ...['--size', size, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', size, '--tmpfs', '/tmp'],
    ...['--ro-bind', paths.api, '/run/hopslab', '--bind', paths.web, '/run/web'],
    ...spec.mounts.flatMap(({ source, target, writable }) => [
      writable ? '--bind' : '--ro-bind',
      source,
      target
    ]),
    ...['--remount-ro', '/', '--chdir', '/']
  ];
};

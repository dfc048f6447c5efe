// Without it every program that draws says so on its standard error, and that is the notebook's.
const fonts =
  '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">' +
  '<fontconfig><dir>/usr/share/fonts</dir><cachedir>/tmp/fontconfig</cachedir></fontconfig>\n';

/** The few files of a sandbox's `/etc`: who one is, and no resolver, since there is no network to ask. */
export const etcFiles = (projectUser: string): Record<string, string> => ({
  '/etc/passwd': [
    'root:x:0:0:root:/:/usr/sbin/nologin',
    `${projectUser}:x:1000:1000::/scratch/home:/bin/bash`,
    'nobody:x:65534:65534::/:/usr/sbin/nologin\n'
  ].join('\n'),
  '/etc/group': `root:x:0:\n${projectUser}:x:1000:\nnogroup:x:65534:\n`,
  '/etc/hosts': '127.0.0.1 localhost sandbox\n::1 localhost\n',
  '/etc/fonts/fonts.conf': fonts,
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n'
});

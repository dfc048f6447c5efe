/** The few files of a sandbox's `/etc`: who one is, and no resolver, since there is no network to ask. */
export const etcFiles = (projectUser: string): { name: string; content: string }[] => [
  {
    name: 'passwd',
    content: `root:x:0:0:root:/:/usr/sbin/nologin\n${projectUser}:x:1000:1000::/scratch/home:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n`
  },
  { name: 'group', content: `root:x:0:\n${projectUser}:x:1000:\nnogroup:x:65534:\n` },
  { name: 'hosts', content: '127.0.0.1 localhost sandbox\n::1 localhost\n' },
  { name: 'nsswitch.conf', content: 'passwd: files\ngroup: files\nhosts: files\n' }
];

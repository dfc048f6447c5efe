import type { devices } from '@hopslab/schema';
import { Button, formatTime, useWords } from '../ui/index.js';

type File = devices.Certificate['files'][number];

const download = ({ name, content }: File): void => {
  const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
};

/** What a new certificate consists of: the key is nowhere else, so it is taken now or never. */
export const CertificateFiles = ({ certificate }: { readonly certificate: devices.Certificate }) => {
  const words = useWords();
  return (
    <>
      <p>
        {words.__(
          'Download the files now: the key is kept nowhere else. The certificate is good until %1; the device can renew it itself.',
          formatTime(certificate.expiresAt)
        )}
      </p>
      <ul className="hub-Files">
        {certificate.files.map(file => (
          <li key={file.name}>
            <Button
              onClick={() => {
                download(file);
              }}
            >
              {file.name}
            </Button>
          </li>
        ))}
      </ul>
      <p className="hub-quiet">{words.__('Programs use it at %1.', certificate.url)}</p>
    </>
  );
};

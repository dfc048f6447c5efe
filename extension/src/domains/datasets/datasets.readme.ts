import createPurifier from 'dompurify';

/** What may be in a README as it is shown, beside text: nothing that loads, runs, sends, or covers the page. */
const tags =
  'a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s span strong sub summary sup table tbody td th thead tr ul';
const attributes = ['href', 'src', 'alt', 'title', 'colspan', 'rowspan', 'align'];

const isPicture = (address: string): boolean => /^data:image\/(png|jpeg|gif|webp);/i.test(address);
const isLink = (address: string): boolean => /^(https?:|mailto:)/i.test(address);

const purifier = createPurifier(window);
purifier.addHook('afterSanitizeAttributes', element => {
  const source = element.getAttribute('src');
  // A picture from elsewhere would tell who wrote it that somebody reads.
  if (source !== null && !isPicture(source))
    element.replaceWith(element.ownerDocument.createTextNode(element.getAttribute('alt') ?? ''));
  const target = element.getAttribute('href');
  if (target === null) return;
  if (!isLink(target)) element.removeAttribute('href');
  else {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer');
  }
});

/**
 * The HTML of somebody’s Markdown as nodes that are harmless: whoever wrote it is taken for hostile, and is not even told
 * who reads it. Pictures are shown only where they are in the text themselves.
 */
export const harmless = (html: string): DocumentFragment =>
  purifier.sanitize(html, {
    ALLOWED_TAGS: tags.split(' '),
    ALLOWED_ATTR: attributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true
  });

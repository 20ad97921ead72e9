import { Component, type ReactNode, memo } from 'react';
import Markdown, { type Components, type Options } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { isTangled } from './hostile-text.ts';
import { tameTree } from './hostile-tree.ts';
import './prose.css';

/** Longer texts are cut, and say so: no honest answer of a tab comes near, and parsing must stay quick. */
const MAX_CHARS = 16_000;

const schema: NonNullable<Parameters<typeof rehypeSanitize>[0]> = {
  ...defaultSchema,
  // An id from outside could shadow a global or collide with another answer's.
  attributes: {
    ...defaultSchema.attributes,
    '*': ['align'],
    img: ['src', 'alt'],
    li: [],
    ul: [],
    ol: ['start'],
    h2: [],
  },
  protocols: { href: ['http', 'https', 'mailto'], src: ['http', 'https'] },
};

const plugins: Pick<Options, 'remarkPlugins' | 'rehypePlugins'> = {
  remarkPlugins: [remarkGfm],
  rehypePlugins: [tameTree, [rehypeSanitize, schema]],
};

/** Where an address leads, as the browser would resolve it; undefined when it does not leave by http(s) or mail. */
export function destinationOf(address: string | undefined): { href: string; host: string } | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === 'mailto:') return { href: url.href, host: url.pathname };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return { href: url.href, host: url.host };
}

function Link({ href, children }: { readonly href?: string | undefined; readonly children?: ReactNode }) {
  const destination = destinationOf(href);
  if (destination === undefined) return <span>{children}</span>;
  return (
    <a href={destination.href} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer">
      {children} <span className="prose-host">({destination.host})</span>
    </a>
  );
}

/** Nothing is ever fetched for an answer: that would tell a stranger who reads it. */
function Picture({ src, alt }: { readonly src?: unknown; readonly alt?: string | undefined }) {
  const host = destinationOf(typeof src === 'string' ? src : undefined)?.host;
  return (
    <span className="prose-picture">
      [picture not loaded{alt === undefined || alt === '' ? '' : `: ${alt}`}
      {host === undefined ? '' : `, from ${host}`}]
    </span>
  );
}

/** The page's own headings end at the third level; an answer's all stand below. */
const Heading = ({ children }: { readonly children?: ReactNode }) => <h4>{children}</h4>;

const components: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <div className="prose-table" role="group" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

function Plain({ text }: { readonly text: string }) {
  return <p className="prose-plain">{text}</p>;
}

/** Shows text as it came, for good, when the renderer itself fails on it. */
class PlainWhenBroken extends Component<{ readonly text: string; readonly children: ReactNode }> {
  override state = { broken: false };
  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }
  override render(): ReactNode {
    return this.state.broken ? <Plain text={this.props.text} /> : this.props.children;
  }
}

/** A model's or a stranger's text as markdown: no HTML, no pictures, links that say where they lead. */
export const Prose = memo(function Prose({ text }: { readonly text: string }) {
  const shown = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
  return (
    <div className="prose" dir="auto">
      {isTangled(shown) ? (
        <Plain text={shown} />
      ) : (
        <PlainWhenBroken text={shown}>
          <Markdown {...plugins} components={components}>
            {shown}
          </Markdown>
        </PlainWhenBroken>
      )}
      {shown.length < text.length && <p className="faint">The rest of this answer is too long to show.</p>}
    </div>
  );
});

import { createContext, Fragment, memo, useContext, useRef, type ReactNode } from "react";
import type { Components } from "hast-util-to-jsx-runtime";
import { Icon } from "../parts/icon";
import { t } from "../text";
import type { Citation } from "../talk/answer";
import { ChipAt, SourceChip } from "./source";
import { Sentences, SentenceView } from "./sentence";
import { blocks, Grown, mended } from "./blocks";
import { CodeBlock, Formula, textOf } from "./code";
import { host, read, type Sentence } from "./parse";
import { Table } from "./table";
import "../style/prose.css";

function Link({ href, children }: { href?: string; children?: ReactNode }) {
  const to = href ? host(href) : "";
  if (!href || href.startsWith("#") || (!to && !href.startsWith("mailto:"))) return <span>{children}</span>;
  const said = textOf(children);
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}{to && !said.includes(to) && <span className="target"> ({to})</span>}
    </a>
  );
}

/** Outside stands for an image that is elsewhere: nobody is told that it was looked at unless the reader asks for it. */
function Outside({ src, alt }: { src?: string | Blob; alt?: string }) {
  const address = typeof src === "string" ? src : "";
  const to = host(address);
  return (
    <span className="outside">
      <Icon name="eye" size={18} />
      <span className="grow">{alt || t("image")}<span className="outside-address">{address || t("image_blocked")}</span></span>
      {to && <a href={address} target="_blank" rel="noopener noreferrer nofollow">{t("image_open")}</a>}
    </span>
  );
}

/** Cited are the sources that the marks of an answer stand for. */
export const Cited = createContext<Citation[]>([]);

function Ref({ name, children }: { name?: string; children?: ReactNode }) {
  const index = Number(/^ref-(\d+)$/.exec(name ?? "")?.[1]);
  const source = useContext(Cited).find((c) => c.index === index);
  if (!name?.startsWith("ref-")) return <sup>{children}</sup>;
  return <ChipAt index={index} otherwise={source ? <SourceChip source={source} short /> : <>{children}</>} />;
}

const components: Partial<Components> = {
  sup: ({ className, children }) => <Ref name={className}>{children}</Ref>,
  span: ({ className, children }) => <SentenceView name={className}>{children}</SentenceView>,
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <Outside src={src} alt={alt} />,
  table: ({ children }) => <Table>{children}</Table>,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  code: ({ className, children }) =>
    className?.includes("math-") ? <Formula tex={textOf(children).trim()} display={className.includes("math-display")} /> : <code className={className}>{children}</code>,
  input: ({ checked }) => <span role="checkbox" aria-checked={!!checked} aria-disabled="true" aria-label={t(checked ? "task_done" : "task_open")} className="task"><Icon name={checked ? "check" : "zero"} size={16} /></span>,
};

/** BlockView reads one block once. */
const BlockView = memo(function BlockView({ text, at }: { text: string; at: number }) {
  const all = useContext(Sentences);
  const mine: Sentence[] = all.flatMap((s, index) => (s.start < at + text.length && s.end > at ? [{ start: s.start - at, end: s.end - at, index }] : []));
  return read(text, components, mine);
});

/** Insert is something that is shown after the block in which its offset lies. */
export interface Insert { at: number; key: string; node: ReactNode }

/** Markdown shows a text. While it grows, only its last block is read again. What looks like markup is shown as it is. */
export const Markdown = memo(function Markdown({ text, growing = false, inserts = [] }: { text: string; growing?: boolean; inserts?: Insert[] }) {
  const grown = useRef<Grown>(null);
  grown.current ??= new Grown();
  const parts = growing ? grown.current.cut(text) : blocks(text);
  let shown = 0;
  const until = (end: number) => {
    const from = shown;
    while (shown < inserts.length && (inserts[shown]?.at ?? 0) <= end) shown++;
    return inserts.slice(from, shown).map((i) => <Fragment key={i.key}>{i.node}</Fragment>);
  };
  return (
    <div className="prose">
      {until(0)}
      {parts.map((b, n) => {
        const last = n === parts.length - 1;
        return (
          <Fragment key={b.at}>
            <BlockView text={growing && last ? mended(b.text) : b.text} at={b.at} />
            {until(last ? Infinity : b.at + b.text.length)}
          </Fragment>
        );
      })}
      {until(Infinity)}
    </div>
  );
});

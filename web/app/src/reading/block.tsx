// A document as structure: what its blocks are, and not how they look on paper.

import { createContext, Fragment, memo, useContext, type ReactNode } from "react";
import { cellShape, TableActs, type Whole } from "../markdown/table";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import type { Block, Cell, Content, Marked } from "./calls";
import { wholeOf } from "./grid";

/** Marking is what is marked, by text, and what the document counts. */
export const Marking = createContext<{ marks: Map<number, Marked[]>; unit: Content["unit"] }>({ marks: new Map(), unit: "page" });

/** WholeTable fetches all of a table of which only a part is shown; null where it is all there. */
export const WholeTable = createContext<(() => Promise<Whole>) | null>(null);

/** Words are a text with what is marked in it. */
export function Words({ n, text }: { n: number; text: string }) {
  const marks = useContext(Marking).marks.get(n);
  if (!marks) return <>{text}</>;
  const out: ReactNode[] = [];
  let at = 0;
  for (const m of marks) {
    const from = Math.max(at, m.start);
    if (m.end <= from) continue;
    out.push(text.slice(at, from), <mark key={m.start} className="hit">{text.slice(from, m.end)}</mark>);
    at = m.end;
  }
  return <>{out}{text.slice(at)}</>;
}

// Whether what encloses a block has said that nobody sees it on paper, so that not each of its blocks has to.
const Unseen = createContext(false);

const allHidden = (blocks: Block[] = []): boolean => blocks.every((b) => b.hidden);

const indents = 6; // deeper items are not moved further in

/** BlockView is a block with what hangs from it. */
export const BlockView = memo(function BlockView({ b }: { b: Block }) {
  const t = useText();
  const unit = useContext(Marking).unit;
  const said = useContext(Unseen);
  const words = <Words n={b.n} text={b.text ?? ""} />;
  const under = b.blocks?.map((c, n) => <BlockView key={n} b={c} />);
  const enclosed = under && <Unseen value={!!b.hidden && allHidden(b.blocks)}>{under}</Unseen>;
  const marker = b.marker ? <span className="doc-marker">{b.marker} </span> : null;
  const unseen = b.hidden && !said && b.kind !== "hidden" ? <span className="doc-label">{t("reading_unseen")} </span> : null;
  const look = (name: string) => [name, b.hidden ? "doc-unseen" : ""].filter(Boolean).join(" ") || undefined;
  const aside = (name: string) => (
    <aside className="doc-aside" aria-label={t(name)}><span className="doc-label">{t(name)}{b.author ? " · " + b.author : ""}</span><p>{unseen}{marker}{words}</p>{enclosed}</aside>
  );
  switch (b.kind) {
    case "heading": {
      const H = (["h3", "h4", "h5", "h6"] as const)[Math.min(Math.max((b.level ?? 1) - 1, 0), 3)] ?? "h6";
      return <><H className={look("doc-heading l" + Math.min(b.level ?? 1, 5))}>{unseen}{marker}{words}</H>{under}</>;
    }
    case "item": return <><p className={look("doc-item i" + Math.min(b.level ?? 1, indents))}>{unseen}{marker}{words}</p>{under}</>;
    case "table": return <>{(b.text || unseen) && <p className={look("")}>{unseen}{words}</p>}{b.table && <TableView b={b} />}{under}</>;
    case "picture": return <><p className={look("doc-picture")}><Icon name="eye" size={16} />{unseen}{t("reading_picture")}{b.text ? ": " : ""}{words}</p>{under}</>;
    case "equation": case "code": case "chart": return <><pre className={look("doc-code")} tabIndex={0}>{unseen}{words}</pre>{under}</>;
    case "caption": return <><p className={look("doc-caption")}>{unseen}{marker}{words}</p>{under}</>;
    case "box": case "diagram": return <div className={look("doc-box")}>{(b.text || unseen) && <p>{unseen}{words}</p>}{enclosed}</div>;
    case "footnote": case "endnote": case "comment": case "notes": case "hidden": return aside("reading_" + b.kind);
    case "header": case "footer": return <div className="doc-edge"><span className="sr">{t("reading_" + b.kind)}: </span>{unseen}{words}{enclosed}</div>;
    case "deleted": return <><p>{unseen}<del><span className="sr">{t("reading_deleted")}: </span>{words}</del></p>{under}</>;
    case "field": return <><p className={look("")}>{unseen}{b.marker && <strong>{b.marker}: </strong>}{words}</p>{under}</>;
    default:
      if (!b.text && !under) return unit === "flow" ? null : <div className="doc-gap" />;
      return <>{(b.text || marker) && <p className={look("")}>{unseen}{marker}{words}</p>}{under}</>;
  }
});

const widest = 1000; // columns that a cell may span, whatever the file says

function TableView({ b }: { b: Block }) {
  const t = useText();
  const fetched = useContext(WholeTable);
  const grid = b.table;
  if (!grid) return null;
  const said = !!b.hidden && grid.cells.every((c) => allHidden(c.blocks));
  const rows = new Map<number, Cell[]>();
  for (const c of grid.cells) rows.set(c.r, [...(rows.get(c.r) ?? []), c]);
  return (
    <figure className="doc-sheet">
    <figcaption><TableActs whole={fetched ?? (() => wholeOf(b.text ?? "", grid))} /></figcaption>
    <div className="doc-table" tabIndex={0} role="group" aria-label={t("reading_table", grid.rows, grid.cols)}>
      <table>
        <tbody>
          {[...rows].map(([r, cells]) => (
            <tr key={r}>{cells.map((c) => {
              const Td = r < (grid.headers ?? 0) ? "th" : "td";
              return <Td key={c.c} {...(Td === "th" && { scope: "col" })} className={cellShape(c.text ?? "")} rowSpan={span(c.rs)} colSpan={span(c.cs)}>{c.blocks ? <Unseen value={said}><WholeTable value={null}>{c.blocks.map((x, n) => <BlockView key={n} b={x} />)}</WholeTable></Unseen> : <Words n={c.n} text={c.text ?? ""} />}</Td>;
            })}</tr>
          ))}
        </tbody>
      </table>
    </div>
    </figure>
  );
}

const span = (n = 1): number | undefined => (n > 1 ? Math.min(n, widest) : undefined);

/** Blocks are blocks with a sign where a page begins. last is the page that was shown before them; hidden are those that the document does not show, whose signs say so for all that is on them. */
export function Blocks({ blocks, last, hidden }: { blocks: Block[]; last: number; hidden: Set<number> }) {
  const t = useText();
  const unit = useContext(Marking).unit;
  let page = last;
  return (
    <>{blocks.map((b, n) => {
      const turned = (b.page ?? 0) > page;
      if (turned) page = b.page ?? page;
      return <Fragment key={n}>{turned && <div className="page-sign" data-page={page}><span>{t("reading_" + unit, page)}{hidden.has(page) && " " + t("reading_sheet_hidden")}</span></div>}<Unseen value={hidden.has(b.page ?? 0)}><BlockView b={b} /></Unseen></Fragment>;
    })}</>
  );
}

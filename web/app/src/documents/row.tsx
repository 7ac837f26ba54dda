import { useGrades } from "../grades";
import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Menu, type MenuItem } from "../parts/menu";
import { Tag } from "../parts/plain";
import { useDirectory } from "../people/directory";
import { openVersion } from "../reading/state";
import { bytes, day, useText } from "../text";
import type { Collection, Doc, Version } from "./calls";
import { docKind, Kind, pagesText } from "./kind";
import { readersText } from "./readers";
import { ReadState, useReading } from "./state";

export interface RowActs { ask(d: Doc): void; rename(d: Doc): void; move(d: Doc): void; share(d: Doc): void; remove(d: Doc): void; details(d: Doc): void; changed(d: Doc, v: Version): void }

/** DocRow is one document of a list. */
export function DocRow({ d, folder, path, selected, onSelect, acts }: { d: Doc; folder?: Collection; path: string; selected: boolean; onSelect(on: boolean, range: boolean): void; acts: RowActs }) {
  const t = useText();
  const names = useDirectory();
  const grades = useGrades();
  const v = useReading(d.versions?.[0], (fresh) => acts.changed(d, fresh));
  const follows = d.inherits === true && folder !== undefined;
  const who = !d.mine ? t("doc_shared_with_me") : follows ? t("doc_as_folder") : readersText(t, names, d.readers);
  const items: MenuItem[] = [
    { text: t("doc_ask"), icon: "spark", disabled: !v || v.state === "failed" || v.state === "cancelled", run: () => acts.ask(d) },
    { text: t("doc_details"), icon: "info", run: () => acts.details(d) },
    ...(d.mine ? [
      { text: t("rename"), icon: "edit" as const, run: () => acts.rename(d) }, { text: t("doc_move"), icon: "folder" as const, run: () => acts.move(d) }, { text: t("share"), icon: "share" as const, run: () => acts.share(d) },
      { line: true as const }, { text: t("delete"), icon: "trash" as const, danger: true, run: () => acts.remove(d) },
    ] : []),
  ];
  const facts = [v && v.pages > 0 ? pagesText(t, docKind(d, v), v.pages) : "", v ? bytes(v.size) : "", day(d.updated)].filter(Boolean).join(" · ");
  return (
    <li className={"doc-row" + (selected ? " selected" : "")} data-doc={d.id}>
      {d.mine ? <input type="checkbox" checked={selected} aria-label={t("doc_select", d.name)} onChange={() => {}} onClick={(e) => onSelect(!selected, e.shiftKey)} /> : <span className="doc-nocheck" />}
      <Kind kind={docKind(d, v)} />
      <div className="doc-main">
        <DocName v={v} name={d.name} onDetails={() => acts.details(d)} />
        <div className="doc-facts num">
          <span>{facts}</span>
          {v && v.number > 1 && <button type="button" className="link-button" onClick={() => acts.details(d)}>{t("doc_version", v.number)}</button>}
          {path && <span className="cut"><Icon name="folder" size={14} />{path}</span>}
          <span className="cut"><Icon name={d.mine && !follows && !d.readers?.length ? "user" : "people"} size={14} />{who}</span>
        </div>
        {v?.state === "failed" && <div className="doc-why">{v.error?.message ?? t("doc_failed")}</div>}
      </div>
      {grades.clearance > 0 && d.grade > 0 && <Tag kind="warn"><Icon name="shield" size={14} />{grades.nameOf(d.grade)}</Tag>}
      {v && <ReadState v={v} mine={d.mine} name={d.name} onChange={(fresh) => acts.changed(d, fresh)} onManifest={() => acts.details(d)} />}
      <Menu label={t("more")} align="end" items={items} trigger={(p) => <IconButton small icon="dots" label={t("doc_more", d.name)} {...p} />} />
    </li>
  );
}

/** DocName opens what was read of a document; where there is nothing yet, what is known of it. */
export function DocName({ v, name, onDetails }: { v: Version | undefined; name: string; onDetails(): void }) {
  return <button type="button" className="doc-name" onClick={() => (v?.has_reading ? openVersion(v.id, name) : onDetails())}>{name}</button>;
}

import { useRef } from "react";
import { useGrades } from "../grades";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Grid } from "../parts/grid";
import { Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { openVersion } from "../reading/state";
import { download } from "../exchange/save";
import { ask } from "../net";
import { bytes, count, dayTime, useText, type Translate } from "../text";
import { docKind, pagesText } from "./kind";
import { documents, type Doc, type Gap, type Manifest, type Version } from "./calls";

/** Details are the versions of a document, and what came out of its newest file beside what is in it. */
export function Details({ id, onClose, onChange }: { id: string; onClose(): void; onChange(): void }) {
  const t = useText();
  const grades = useGrades();
  const all = useLoad(() => documents.one(id), id);
  const input = useRef<HTMLInputElement>(null);
  const replace = async (file: File | undefined) => {
    if (!file) return;
    const form = new FormData();
    form.append("file", file, file.name.normalize("NFC"));
    await ask<Version>("POST", `/api/documents/${encodeURIComponent(id)}/versions`, form).then(() => { toast(t("doc_version_added")); all.again(); onChange(); }, (err: unknown) => toast(told(err), "bad"));
  };
  return (
    <Dialog wide calm title={all.value?.name ?? t("document")} onClose={onClose}>
      <Loaded of={all}>{(d) => {
        const v = d.versions?.[0];
        return (
          <div className="stack">
            <div className="tags">
              {grades.clearance > 0 && <Tag kind={d.grade > 0 ? "warn" : ""}>{grades.nameOf(d.grade)}</Tag>}
              {v && <Tag>{bytes(v.size)}</Tag>}{v && v.pages > 0 && <Tag>{pagesText(t, docKind(d, v), v.pages)}</Tag>}
            </div>
            {v?.error && <div className="note bad">{v.error.message}</div>}
            {v?.manifest && <Counted m={v.manifest} />}
            <section className="stack">
              <div className="head-row"><h3 className="section-title grow">{t("doc_versions")}</h3>
                {d.mine && <><input ref={input} type="file" hidden onChange={(e) => { void replace(e.target.files?.[0]); e.target.value = ""; }} /><Button small icon="add" onClick={() => input.current?.click()}>{t("doc_version_add")}</Button></>}</div>
              <VersionList d={d} onClose={onClose} />
            </section>
          </div>
        );
      }}</Loaded>
    </Dialog>
  );
}

/** VersionList are the files that a document was, the newest first. */
export function VersionList({ d, onClose }: { d: Doc; onClose(): void }) {
  const t = useText();
  const save = (v: Version) => void download("GET", documents.file(v.id), undefined, v.name).catch((err: unknown) => toast(told(err), "bad"));
  return (
    <ul className="rows loose">
      {d.versions?.map((v) => (
        <li key={v.id}>
          <Tag kind={v === d.versions?.[0] ? "accent" : ""}>{t("doc_version", v.number)}</Tag>
          <span className="grow cut">{v.name}</span><span className="quiet small num">{dayTime(v.created)}</span>
          {v.has_reading && <Button small icon="eye" onClick={() => { onClose(); openVersion(v.id, v.name); }} aria-label={t("doc_open_version", v.number)}>{t("doc_open")}</Button>}
          <Button small icon="down" onClick={() => save(v)} aria-label={t("doc_save_version", v.number)}>{t("doc_save")}</Button>
        </li>
      ))}
    </ul>
  );
}

/** Counted shows both sides of a manifest, and names each hole. */
function Counted({ m }: { m: Manifest }) {
  const t = useText();
  const rows = (["pages", "tables", "cells", "images", "characters"] as const).filter((k) => (m.in?.[k] ?? 0) > 0 || m.out[k] > 0).map((k) => ({ k, in: m.in?.[k], out: m.out[k] }));
  const gaps = m.gaps ?? [];
  return (
    <section className="stack">
      <h3 className="section-title">{t("doc_manifest")}</h3>
      <p className={"note " + (gaps.length > 0 ? "warn" : "good")}>{gaps.length > 0 ? t("doc_manifest_holes", count(gaps.length)) : t("doc_manifest_whole")}</p>
      <Grid label={t("doc_manifest")} rows={rows} keyOf={(r) => r.k} columns={[
        { head: t("doc_what"), main: true, cell: (r) => t("doc_count_" + r.k) },
        { head: t("doc_in"), num: true, cell: (r) => (r.in === undefined ? t("doc_uncounted") : count(r.in)) },
        { head: t("doc_out"), num: true, cell: (r) => count(r.out) },
      ]} />
      {gaps.length > 0 && <ul className="plain-list doc-gaps" tabIndex={0} aria-label={t("doc_holes")}>{gaps.map((g, n) => <li key={n}><strong>{gapText(t, g)}</strong><span className="quiet">{[g.page ? t("doc_on_page", count(g.page)) : "", g.where ?? "", g.in !== undefined && g.out !== undefined ? t("doc_gap_counts", count(g.in), count(g.out)) : ""].filter(Boolean).join(" · ")}</span></li>)}</ul>}
    </section>
  );
}

/** gapText says what is missing; a kind that this page does not know by its name. */
export function gapText(t: Translate, g: Gap): string {
  const said = t("doc_gap_" + g.what);
  return said === "doc_gap_" + g.what ? g.what : said;
}

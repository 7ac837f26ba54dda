import { useEffect, useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button, IconButton } from "../parts/button";
import { Field, Select } from "../parts/field";
import { EmptyState, Tabs, Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { go } from "../router";
import { PageHead } from "../shell/pagehead";
import { offer } from "../talk/drafts";
import { FillPrompt } from "../talk/fill";
import { forgetSuggestions } from "../talk/suggest";
import { count, useLang, useText } from "../text";
import { library } from "./calls";
import { EditPrompt } from "./edit";
import { families, parts, pick, shortName, variables, type Kept, type Origin } from "./library";
import "../style/admin.css";

/** use begins a conversation with a text, which can still be changed before it is sent. */
function use(text: string): void {
  offer(text);
  go("/");
}

/** Library is all prompts that one may use. */
export default function Library() {
  const t = useText();
  const lang = useLang();
  const all = useLoad(library.all, lang);
  const [typed, setTyped] = useState("");
  const [job, setJob] = useState("");
  const [origin, setOrigin] = useState<Origin | "all">("all");
  const [editing, setEditing] = useState<Kept | "new" | null>(null);
  const [filling, setFilling] = useState<Kept | null>(null);
  useEffect(() => { document.title = `${t("prompts")} · ChatEXAONE`; }, [t]);
  const changed = () => { forgetSuggestions(); all.again(); };
  const start = (p: Kept) => { if (variables(p.text).length > 0) setFilling(p); else use(p.text); };
  const copy = async (p: Kept) => {
    const own = all.value?.prompts.filter((x) => x.origin === "mine").map((x) => x.name) ?? [];
    const base = shortName(p.name) || "prompt";
    const name = own.includes(base) ? `${base}-${own.length + 1}` : base;
    await library.make({ name, title: p.title, text: p.text, job: p.job ?? "", audience: "" })
      .then((made) => { changed(); setEditing({ ...made, origin: "mine" }); }, (err: unknown) => toast(told(err), "bad"));
  };
  const remove = async (p: Kept) => {
    if (!(await confirm({ title: t("lib_delete"), detail: p.title, yes: t("delete"), danger: true }))) return;
    await library.remove(p.id).then(() => { toast(t("lib_deleted")); changed(); }, (err: unknown) => toast(told(err), "bad"));
  };
  return (
    <div className="page broad">
      <PageHead title={t("prompts")} detail={t("prompts_detail")}><Button kind="main" icon="add" onClick={() => setEditing("new")}>{t("lib_new")}</Button></PageHead>
      <div className="stack wide-gap">
        <div className="stack">
          <Tabs<Origin | "all"> label={t("prompts")} value={origin} onChange={setOrigin} tabs={[["all", t("lib_all")], ["mine", t("prompts_own")], ["shared", t("lib_shared")], ["ours", t("lib_ours")]]} />
          <div className="head-row">
            <div className="grow"><Field label={t("lib_search")} type="search" value={typed} onChange={(e) => setTyped(e.target.value)} /></div>
            <Select label={t("lib_job")} value={job} onChange={(e) => setJob(e.target.value)} options={[["", t("lib_job_any")], ...(all.value?.jobs ?? []).map((j): [string, string] => [j.id, j.name])]} />
          </div>
        </div>
        <Loaded of={all} lines={8}>{({ prompts, jobs }) => {
          const found = pick(prompts, { job, origin: origin === "all" ? "" : origin, typed });
          if (found.length === 0) {
            return origin === "mine" && !typed && !job
              ? <EmptyState icon="book" title={t("prompts_empty")} detail={t("prompts_empty_detail")}><Button kind="main" icon="add" onClick={() => setEditing("new")}>{t("lib_new")}</Button></EmptyState>
              : <EmptyState icon="search" title={t("lib_none")} detail={t("lib_none_detail")} />;
          }
          return families(found, jobs).map((j) => {
            const of = found.filter((p) => (p.job ?? "") === j.id);
            return (
              <section key={j.id} className="stack">
                <h2 className="section-title">{j.id === "" ? t("job_none") : j.name} <span className="num">{count(of.length)}</span></h2>
                <div className="lib-grid">{of.map((p) => <Card key={p.origin + p.id} p={p} onUse={() => start(p)} onEdit={() => setEditing(p)} onCopy={() => void copy(p)} onRemove={() => void remove(p)} />)}</div>
              </section>
            );
          });
        }}</Loaded>
      </div>
      {editing && <EditPrompt jobs={all.value?.jobs ?? []} prompt={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={() => { setEditing(null); changed(); }} />}
      {filling && <FillPrompt prompt={filling} onClose={() => setFilling(null)} onDone={(text) => { setFilling(null); use(text); }} />}
    </div>
  );
}

function Card({ p, onUse, onEdit, onCopy, onRemove }: { p: Kept; onUse(): void; onEdit(): void; onCopy(): void; onRemove(): void }) {
  const t = useText();
  return (
    <article className="lib-card">
      <h3><button type="button" onClick={onUse} aria-label={t("lib_use", p.title)}>{p.title}</button></h3>
      <p className="lib-text">{parts(p.text).map((x, n) => (x.variable ? <mark key={n}>{x.text}</mark> : x.text))}</p>
      <div className="lib-foot">
        <code className="grow cut">/{p.name}</code>
        {p.origin === "mine" && p.audience && <Tag kind="accent">{t(p.audience === "*" ? "lib_for_all" : "lib_for_team")}</Tag>}
        {p.origin === "shared" && <Tag>{t("lib_shared_tag")}</Tag>}
        {p.origin === "mine" ? <>
          <IconButton small icon="edit" label={t("lib_edit_one", p.title)} onClick={onEdit} />
          <IconButton small icon="trash" label={t("lib_delete_one", p.title)} onClick={onRemove} />
        </> : <IconButton small icon="copy" label={t("lib_copy", p.title)} onClick={onCopy} />}
      </div>
    </article>
  );
}

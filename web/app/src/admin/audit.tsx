import { useEffect, useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { Button } from "../parts/button";
import { Field, Select } from "../parts/field";
import { Grid } from "../parts/grid";
import { Icon } from "../parts/icon";
import { EmptyState } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadDirectory, nameIn, useDirectory } from "../people/directory";
import { useMay } from "../session";
import { count, dayTime, useText, type Translate } from "../text";
import { actionName, actions, detailText, kinds, moments } from "./action";
import { admin, type AuditQuery, type Entry } from "./calls";
import { ReadDialog, type Look } from "./read";

const any: AuditQuery = { principal: "", action: "", object: "", from: "", to: "" };

/** machines are who does things that no person is signed in for. */
const machines = ["system", "console", "local"];

/** AuditPart searches what was done. */
export function AuditPart({ about }: { about: URLSearchParams }) {
  const t = useText();
  const names = useDirectory();
  const reads = useMay("audit.text");
  const [form, setForm] = useState(any);
  const [query, setQuery] = useState(any);
  const [more, setMore] = useState<{ items: Entry[]; next: string } | null>(null);
  const [look, setLook] = useState<Look | null>(() => (reads && about.get("message") ? { message: about.get("message") ?? "" } : null));
  const knows = useMay("people.manage");
  const everybody = useLoad(async () => (knows ? (await admin.people()).items : []));
  const got = useLoad(() => admin.audit(moments(query)), JSON.stringify(query));
  useEffect(() => { void loadDirectory(); }, []);
  const put = (change: Partial<AuditQuery>) => setForm((f) => ({ ...f, ...change }));
  const search = (q: AuditQuery) => { setMore(null); setQuery(q); };
  const further = async (next: string) => {
    try {
      const page = await admin.audit(moments(query), next);
      setMore((m) => ({ items: [...(m?.items ?? []), ...page.items], next: page.next ?? "" }));
    } catch (err) { toast(told(err), "bad"); }
  };
  return (
    <section className="stack">
      <div className="head-row"><Verify />{reads && <Button icon="eye" onClick={() => setLook({})}>{t("audit_read")}</Button>}</div>
      <form className="head-row" onSubmit={(e) => { e.preventDefault(); search(form); }}>
        <Select label={t("audit_who")} value={form.principal} onChange={(e) => put({ principal: e.target.value })} options={[["", t("audit_anybody")], ...machines.map((m): [string, string] => [m, t("audit_" + m)]), ...names.filter((n) => n.kind === "person").map((n): [string, string] => [n.id, n.name])]} />
        <Select label={t("audit_what")} value={form.action} onChange={(e) => put({ action: e.target.value })} options={[["", t("audit_anything")], ...kinds.map((k): [string, string] => [k + ".", t("acts_" + k)]), ...actions.map((a): [string, string] => [a, actionName(t, a)])]} />
        <Field label={t("from")} type="date" value={form.from} onChange={(e) => put({ from: e.target.value })} />
        <Field label={t("to")} type="date" value={form.to} onChange={(e) => put({ to: e.target.value })} />
        <Field label={t("audit_object")} value={form.object} spellCheck={false} onChange={(e) => put({ object: e.target.value })} />
        <Button kind="main" type="submit" icon="search">{t("audit_search")}</Button>
      </form>
      <Loaded of={got} lines={8}>{(page) => {
        const items = [...page.items, ...(more?.items ?? [])];
        const next = more ? more.next : page.next ?? "";
        if (items.length === 0) return <EmptyState icon="search" title={t("audit_none")} />;
        return <>
          <Entries items={items} names={(id) => (machines.includes(id) ? t("audit_" + id) : everybody.value?.find((m) => m.id === id)?.name ?? nameIn(names, id))} t={t} />
          {next && <div><Button onClick={() => void further(next)}>{t("more_rows")}</Button></div>}
        </>;
      }}</Loaded>
      {look && <ReadDialog look={look} onClose={() => { setLook(null); got.again(); }} />}
    </section>
  );
}

function Entries({ items, names, t }: { items: Entry[]; names(id: string): string; t: Translate }) {
  return (
    <Grid label={t("ad_audit")} rows={items} keyOf={(e) => String(e.seq)} columns={[
      { head: t("audit_when"), tight: true, cell: (e) => <time dateTime={String(e.at)} className="num">{dayTime(e.at)}</time> },
      { head: t("audit_who"), cell: (e) => names(e.principal) },
      { head: t("audit_what"), main: true, tight: true, cell: (e) => actionName(t, e.action) },
      { head: t("audit_object"), cell: (e) => <>{e.object && <div className={names(e.object) === e.object ? "code-line" : ""}>{names(e.object)}</div>}<div className="quiet">{detailText(e.details, names) || (e.object ? "" : "–")}</div></> },
      { head: "#", num: true, tight: true, cell: (e) => <span className="quiet" title={e.hash}>{e.seq}</span> },
    ]} />
  );
}

/** Verify recomputes the chain of the log and says whether anything in it was altered. */
function Verify() {
  const t = useText();
  const [state, setState] = useState<{ kind: "" | "good" | "bad"; text: string; hash: string }>({ kind: "", text: "", hash: "" });
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const got = await admin.verify();
      setState({ kind: "good", text: t("audit_whole", count(got.seq)), hash: got.hash });
    } catch (err) { setState({ kind: "bad", text: told(err), hash: "" }); }
    setBusy(false);
  };
  return (
    <div className="grow stack">
      <div className="head-row"><p className="quiet small grow">{t("audit_detail")}</p><Button icon="shield" busy={busy} onClick={() => void run()}>{t("audit_verify")}</Button></div>
      {state.kind && <div className={"note " + state.kind} role="status"><Icon name={state.kind === "good" ? "check" : "warn"} size={18} /><span className="grow">{state.text}{state.hash && <><br /><span className="code-line">{state.hash}</span></>}</span></div>}
    </div>
  );
}

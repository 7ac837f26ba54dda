import { useEffect, useState } from "react";
import { api, type Ledger } from "../api";
import { isAbort, told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { count, short, useText } from "../text";
import { reopen, useThread } from "./thread";

const used = (l: Ledger) => l.items.filter((i) => i.fate !== "left_out").reduce((n, i) => n + i.tokens, 0);

/** LedgerBar shows how full the window will be with the next question, and what of the conversation will not be in it. */
export function LedgerBar({ text }: { text: string }) {
  const t = useText();
  const id = useThread((s) => s.id);
  const leaf = useThread((s) => s.messages.at(-1)?.id ?? "");
  const writing = useThread((s) => s.writing);
  const model = useThread((s) => s.model);
  const mode = useThread((s) => s.mode);
  const folder = useThread((s) => s.folder);
  const [now, setNow] = useState<Ledger | null>(null);
  const [shown, setShown] = useState(false);
  const asked = text.trim();
  useEffect(() => {
    if (writing || (!asked && !id) || leaf.startsWith("local-")) { if (!asked && !id) setNow(null); return; }
    const end = new AbortController();
    const timer = setTimeout(() => {
      api.ledger({ text: asked, ...(id && { conversation: id }), ...(leaf && { parent: leaf }), ...(mode && { mode }), ...(model && { model }), ...(folder && !id && { folder }) }, end.signal)
        .then(setNow, (err: unknown) => { if (!isAbort(err)) setNow(null); });
    }, 500);
    return () => { clearTimeout(timer); end.abort(); };
  }, [asked, id, leaf, writing, mode, model, folder]);
  if (!now || now.window <= 0) return null;
  const share = Math.min(1, (used(now) + now.reserved) / now.window);
  const lost = now.items.some((i) => i.fate !== "kept");
  return (
    <>
      <button type="button" className={"gauge" + (lost || share > 0.9 ? " full" : "")} onClick={() => setShown(true)}
        aria-label={t("ledger_now", count(used(now)), count(now.window))} data-tip={t("ledger_tip", count(used(now)), count(now.window))} data-tip-side="top">
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><circle cx="10" cy="10" r="7" /><circle cx="10" cy="10" r="7" pathLength={100} strokeDasharray={`${Math.max(2, share * 100)} 100`} /></svg>
        <span className="num">{short(used(now))}</span>
      </button>
      {shown && <LedgerDialog ledger={now} title={t("ledger_next")} onClose={() => setShown(false)} />}
    </>
  );
}

export function LedgerDialog({ ledger, title, onClose }: { ledger: Ledger; title: string; onClose(): void }) {
  const t = useText();
  const filled = used(ledger);
  const free = Math.max(0, ledger.window - filled - ledger.reserved);
  const undo = async (summary: string) => {
    try {
      await api.undoSummary(summary);
      toast(t("summary_undone"));
      onClose();
      await reopen();
    } catch (err) {
      toast(told(err), "bad");
    }
  };
  return (
    <Dialog wide title={title} detail={t("ledger_detail", count(ledger.window)) + (ledger.estimated ? " " + t("ledger_estimated") : "")} onClose={onClose}>
      <svg className="ledger-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={t("ledger_now", count(filled), count(ledger.window))}>
        <rect width="100" height="6" className="free" />
        <rect width={(100 * filled) / ledger.window} height="6" className="kept" />
        <rect x={(100 * filled) / ledger.window} width={(100 * ledger.reserved) / ledger.window} height="6" className="reserved" />
      </svg>
      <ul className="ledger-key num">
        <li className="kept">{t("ledger_used", count(filled))}</li>
        <li className="reserved">{t("ledger_reserved", count(ledger.reserved))}</li>
        <li className="free">{t("ledger_free", count(free))}</li>
      </ul>
      {(ledger.rounds ?? 0) > 0 && <p className="quiet small">{t("ledger_rounds", count(ledger.rounds ?? 0), count(ledger.round_tokens ?? 0))}</p>}
      <ul className="ledger">
        {ledger.items.map((item, n) => (
          <li key={n}>
            <span className="ledger-kind">{t("ledger_kind_" + item.kind)}</span>
            <span className="grow cut">{item.kind === "older" ? t("ledger_older", item.label) : item.label}</span>
            {item.fate !== "kept" && <Tag kind="warn">{t("ledger_fate_" + item.fate)}</Tag>}
            {item.kind === "summary" && item.message && <Button small kind="quiet" icon="undo" onClick={() => void undo(item.message)}>{t("undo")}</Button>}
            <span className="num quiet">{item.kind === "older" && item.tokens === 0 ? "" : count(item.tokens)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

import { useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { Button } from "../parts/button";
import { Choice } from "../parts/field";
import { Icon } from "../parts/icon";
import { EmptyState, Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadDirectory, nameIn, useDirectory } from "../people/directory";
import { go } from "../router";
import { useMay } from "../session";
import { dayTime, useText } from "../text";
import { admin, type Report } from "./calls";

/** FeedbackPart is what people think of answers, until somebody has looked at it. */
export function FeedbackPart() {
  const t = useText();
  const names = useDirectory();
  const reads = useMay("audit.text");
  const [which, setWhich] = useState<"open" | "all">("open");
  const got = useLoad(async () => { void loadDirectory(); return admin.reports(which === "all"); }, which);
  const bad = (err: unknown) => toast(told(err), "bad");
  const handle = (r: Report) => admin.handle(r.message, r.person).then(got.again, bad);
  const further = async (next: string) => {
    const now = got.value;
    if (!now) return;
    await admin.reports(which === "all", next).then((page) => got.set({ items: [...now.items, ...page.items], next: page.next }), bad);
  };
  return (
    <section className="stack">
      <p className="quiet small">{t("feedback_detail")}</p>
      <Choice<"open" | "all"> label={t("feedback_which")} value={which} onChange={setWhich} options={[["open", t("feedback_open")], ["all", t("feedback_all")]]} />
      <Loaded of={got}>{(page) => page.items.length === 0 ? <EmptyState icon="check" title={t("feedback_none")} detail={t("feedback_none_detail")} /> : <>
        <ul className="rows loose">
          {page.items.map((r) => (
            <li key={r.message + r.person}>
              <Icon name={r.value > 0 ? "thumbUp" : "thumbDown"} />
              <div className="grow stack-tight">
                <div className="tags"><strong className="small">{t(r.value > 0 ? "rate_good" : "rate_bad")}</strong>{r.reasons.map((x) => <Tag key={x} kind="warn">{t("rate_" + x)}</Tag>)}</div>
                {r.text && <div>{r.text}</div>}
                <div className="quiet small num">{[nameIn(names, r.person), r.model, dayTime(r.created)].filter(Boolean).join(" · ")}</div>
              </div>
              {reads && <Button small icon="eye" onClick={() => go("/admin/audit?message=" + encodeURIComponent(r.message))}>{t("audit_read_it")}</Button>}
              {r.handled ? <Tag kind="good">{t("feedback_handled")}</Tag> : <Button small icon="check" onClick={() => void handle(r)}>{t("feedback_handle")}</Button>}
            </li>
          ))}
        </ul>
        {page.next && <div><Button onClick={() => void further(page.next ?? "")}>{t("more_rows")}</Button></div>}
      </>}</Loaded>
    </section>
  );
}

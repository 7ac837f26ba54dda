import { useState } from "react";
import { exportAll } from "../exchange/all";
import { Import } from "../exchange/import";
import { told } from "../net";
import { Button } from "../parts/button";
import { toast } from "../parts/toast";
import { count, useText } from "../text";

/** Data is what one takes along and brings in. */
export function Data() {
  const t = useText();
  const [busy, setBusy] = useState("");
  const save = async (format: "md" | "json") => {
    setBusy(format);
    try {
      const n = await exportAll(format);
      toast(n === 0 ? t("export_none") : t("export_done", count(n)));
    } catch (err) { toast(told(err), "bad"); }
    setBusy("");
  };
  return (
    <div className="stack wide-gap">
      <section className="stack">
        <h2>{t("export_all")}</h2>
        <p className="quiet small">{t("export_detail")}</p>
        <div className="head-row">
          <Button icon="down" busy={busy === "md"} onClick={() => void save("md")}>{t("export_md")}</Button>
          <Button icon="down" busy={busy === "json"} onClick={() => void save("json")}>{t("export_json")}</Button>
        </div>
      </section>
      <section className="stack"><h2>{t("import")}</h2><Import /></section>
    </div>
  );
}

import { useState } from "react";
import { download } from "../exchange/save";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toast";
import { useMay } from "../session";
import { dayTime, useText } from "../text";
import { admin } from "./calls";

/** HealthPart says in plain words how the server is, and saves a backup. */
export function HealthPart() {
  const t = useText();
  const got = useLoad(admin.health);
  const backs = useMay("backup");
  return (
    <div className="stack wide-gap">
      <section className="stack">
        <Loaded of={got} lines={6}>{(h) => {
          const worst = h.items.some((f) => f.level === "bad") ? "bad" : h.items.some((f) => f.level === "warning") ? "warn" : "good";
          return <>
            <div className={"note " + worst} role="status"><Icon name={worst === "good" ? "check" : "warn"} size={18} /><span className="grow">{t("health_" + worst)}</span></div>
            <ul className="health">
              {h.items.map((f) => (
                <li key={f.about + f.code}>
                  <span className={"health-sign " + f.level}><Icon name={f.level === "ok" ? "check" : "warn"} size={16} /></span>
                  <div className="grow"><strong className="small">{t("health_about_" + f.about)}</strong><span className="sr"> {t("health_level_" + f.level)}</span><div>{f.text}</div></div>
                </li>
              ))}
            </ul>
            <div className="head-row"><span className="quiet small num grow">{t("health_at", h.version, dayTime(h.at))}</span><Button small icon="redo" onClick={got.again}>{t("health_again")}</Button></div>
          </>;
        }}</Loaded>
      </section>
      {backs && <BackupBox />}
    </div>
  );
}

function BackupBox() {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try { await download("POST", "/api/admin/backup", {}, "exaone-backup.zip"); toast(t("backup_done")); } catch (err) { toast(told(err), "bad"); }
    setBusy(false);
  };
  return (
    <section className="card-box">
      <h2>{t("backup")}</h2>
      <p className="quiet small">{t("backup_detail")}</p>
      <div><Button icon="down" busy={busy} onClick={() => void run()}>{t("backup_save")}</Button></div>
    </section>
  );
}

import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { dayTime, useText } from "../text";
import { agentName } from "./agent";
import { mine, type SignedIn } from "./calls";

/** Sessions are where one is signed in. */
export function Sessions() {
  const t = useText();
  const all = useLoad(mine.sessions);
  const end = (s: SignedIn) => mine.endSession(s.id).then(() => { toast(t("sessions_ended")); all.again(); }, (err: unknown) => toast(told(err), "bad"));
  const endOthers = async () => {
    if (!(await confirm({ title: t("sessions_end_others"), detail: t("sessions_end_others_detail"), yes: t("sessions_end_others"), danger: true }))) return;
    await mine.endOthers().then(() => { toast(t("sessions_ended")); all.again(); }, (err: unknown) => toast(told(err), "bad"));
  };
  return (
    <Loaded of={all} lines={3}>{({ items }) => (
      <div className="stack">
        <p className="quiet small">{t("sessions_detail")}</p>
        <ul className="rows">
          {items.map((s) => (
            <li key={s.id}>
              <Icon name="user" />
              <div className="grow"><div>{agentName(s.agent) || t("sessions_unknown")} {s.current && <Tag kind="good">{t("sessions_here")}</Tag>}</div>
                <div className="quiet small num">{[s.address, t("sessions_used", dayTime(s.last_used))].filter(Boolean).join(" · ")}</div></div>
              {!s.current && <Button small onClick={() => void end(s)} aria-label={t("sessions_end_one", agentName(s.agent))}>{t("sessions_end")}</Button>}
            </li>
          ))}
        </ul>
        {items.length > 1 && <div><Button kind="quiet" icon="out" onClick={() => void endOthers()}>{t("sessions_end_others")}</Button></div>}
      </div>
    )}</Loaded>
  );
}

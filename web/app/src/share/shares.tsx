import { useEffect } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { EmptyState, Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadDirectory, nameIn, useDirectory } from "../people/directory";
import { day, useText } from "../text";
import { everybody, isOver, sharing, type Share } from "./calls";

/** Shares are the links that one has given away. */
export function Shares() {
  const t = useText();
  const all = useLoad(sharing.all);
  return (
    <section className="stack">
      <h2>{t("shares")}</h2>
      <p className="quiet small">{t("shares_detail")}</p>
      <Loaded of={all}>{({ items }) => items.length === 0
        ? <EmptyState icon="share" title={t("shares_none")} detail={t("shares_none_detail")} />
        : <ShareList titles items={[...items].sort((a, b) => Number(isOver(a)) - Number(isOver(b)))} onChange={all.again} />}</Loaded>
    </section>
  );
}

/** ShareList says of each link who may read by it and until when, and ends it. */
export function ShareList({ items, titles, onChange }: { items: Share[]; titles?: boolean; onChange(): void }) {
  const t = useText();
  const names = useDirectory();
  useEffect(() => { void loadDirectory(); }, []);
  const revoke = async (s: Share) => {
    if (!(await confirm({ title: t("share_revoke"), detail: t("share_revoke_detail"), yes: t("revoke"), danger: true }))) return;
    await sharing.revoke(s.id).then(() => { toast(t("share_revoked")); onChange(); }, (err: unknown) => toast(told(err), "bad"));
  };
  const who = (s: Share) => s.audience.map((id) => (id === everybody ? t("share_everybody") : nameIn(names, id)));
  return (
    <ul className="rows loose">
      {items.map((s) => (
        <li key={s.id}>
          <Icon name={s.audience.includes(everybody) ? "people" : "user"} />
          <div className="grow">
            {titles && <a className="cut" href={"#/c/" + encodeURIComponent(s.conversation)}>{s.title || t("untitled")}</a>}
            <div className={titles ? "quiet small" : "small"}>{who(s).slice(0, 4).join(", ")}{who(s).length > 4 && ` +${who(s).length - 4}`}</div>
            <div className="quiet small num">{[t(s.leaf ? "share_snapshot" : "share_live"), s.expires ? t("until", day(s.expires)) : t("no_end"), t("share_opened", s.opened)].join(" · ")}</div>
          </div>
          {isOver(s) ? <Tag>{t(s.revoked ? "revoked" : "over")}</Tag> : <Button small onClick={() => void revoke(s)} aria-label={t("share_revoke_one", s.title)}>{t("revoke")}</Button>}
        </li>
      ))}
    </ul>
  );
}

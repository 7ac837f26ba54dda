import { useEffect } from "react";
import { api, type Offer } from "../api";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { Skeleton, Tag, Trouble } from "../parts/plain";
import { useMay } from "../session";
import { bytes, count, useText } from "../text";
import { PageHead } from "../shell/pagehead";
import { progressText } from "./notices";
import { act, bring, loadOffers, models, useModels } from "./state";
import "../style/models.css";

/** Models are those that are here and those that could be brought, best first. */
export default function Models() {
  const t = useText();
  const offers = useModels((m) => m.offers);
  const refusal = useModels((m) => m.refusal);
  useEffect(() => {
    models.set({ refusal: "" });
    loadOffers().catch(() => {});
    document.title = `${t("models")} · ChatEXAONE`;
  }, [t]);
  return (
    <div className="page">
      <PageHead title={t("models")} detail={t("models_detail")} />
      {refusal && <Trouble text={refusal} />}
      {offers.length === 0 ? <Skeleton lines={6} /> : <ul id="offers" className="offers">{offers.map((o) => <Row key={o.model} o={o} />)}</ul>}
    </div>
  );
}

function Row({ o }: { o: Offer }) {
  const t = useText();
  const current = useModels((m) => m.status?.model === o.model);
  const pull = useModels((m) => m.status?.pulls.find((p) => p.model === o.model && p.phase !== "failed"));
  const facts = [o.elsewhere ? t("elsewhere") : bytes(o.size), o.window ? t("window", count(o.window)) : "", o.licence].filter(Boolean);
  return (
    <li className={"offer" + (current ? " current" : "")}>
      <div className="grow">
        <div className="offer-title"><strong>{o.title}</strong>
          {o.korean && <Tag kind="accent">{t("korean")}</Tag>}
          {current && <Tag kind="good"><Icon name="check" size={12} />{t("in_use")}</Tag>}
          {!o.fits && <Tag kind="warn">{t("too_large", bytes(o.memory))}</Tag>}
          {o.class === "research" && <Tag>{t("research_only")}</Tag>}
        </div>
        {o.note && <p className="offer-note">{o.note}</p>}
        <div className="offer-facts num">{facts.map((f) => <span key={f}>{f}</span>)}</div>
        {pull && <div className="offer-pull"><progress max={1} {...(pull.total > 0 ? { value: pull.done / pull.total } : {})} aria-label={t("pulling", o.title)} /><span className="num small quiet">{progressText(t, pull)}</span></div>}
      </div>
      <Act o={o} current={current} pulling={pull !== undefined} />
    </li>
  );
}

function Act({ o, current, pulling }: { o: Offer; current: boolean; pulling: boolean }) {
  const t = useText();
  const manages = useMay("models.manage");
  if (!manages) return null;
  if (pulling) return <Button onClick={() => void act(api.cancelPull, o.model)}>{t("cancel")}</Button>;
  if (o.here) return <Button disabled={current} onClick={() => void act(api.useModel, o.model)}>{t("use")}</Button>;
  return <Button kind={o.fits ? "main" : "plain"} icon="down" disabled={!o.fits} onClick={() => void bring(o.model)}>{t("bring")}</Button>;
}

import type { Level, Offer } from "../api";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { go } from "../router";
import { useMay, useSession } from "../session";
import { chooseModel, useThread } from "../talk/thread";
import { useText } from "../text";
import { titleOf, useModels } from "./state";

const rank: Record<Level, number> = { extract: 0, assist: 1, full: 2 };

/** levelOf is what a model has been seen to be able to do; "" is not known. usual is the one that answers when none is chosen. */
export function levelOf(model: string, offers: Offer[], usual: { name: string; level: Level | "" } | undefined): Level | "" {
  if (usual && (model === "" || model === usual.name)) return usual.level || offers.find((o) => o.model === usual.name)?.level || "";
  return offers.find((o) => o.model === model)?.level || "";
}

/** better is the model on this server that can do most, if that is more than a model can: of several, the one that speaks Korean, then the smallest. */
export function better(model: string, offers: Offer[]): Offer | undefined {
  const mine = rank[offers.find((o) => o.model === model)?.level || "extract"];
  return offers
    .filter((o) => o.here && o.fits && o.model !== model && o.level && rank[o.level] > mine)
    .sort((a, b) => rank[b.level || "extract"] - rank[a.level || "extract"] || Number(b.korean) - Number(a.korean) || a.params - b.params)[0];
}

/** useAnswerer is the model that answers here, what it can do, and whether it is on another server; undefined is not known yet. */
export function useAnswerer(): { name: string; level: Level | ""; elsewhere: boolean | undefined } {
  const chosen = useThread((s) => s.model);
  const usual = useSession((s) => s?.model);
  const current = useModels((m) => m.status?.model ?? "");
  const offers = useModels((m) => m.offers);
  const name = chosen || current || usual?.name || "";
  const offer = offers.find((o) => o.model === name);
  return { name, level: levelOf(name, offers, usual), elsewhere: name === "" ? false : offer && Boolean(offer.elsewhere) };
}

/** Weak warns of a model that free conversation is too much for, and offers a better one by name. */
export function Weak({ onClose }: { onClose?: () => void }) {
  const t = useText();
  const { name, level } = useAnswerer();
  const offers = useModels((m) => m.offers);
  const manages = useMay("models.manage");
  if (level !== "extract") return null;
  const other = better(name, offers);
  return (
    <div className="notice warn weak"><Icon name="info" size={18} />
      <span className="grow">{t("level_extract_warning", titleOf(name))}{!other && !manages && " " + t("level_ask_admin")}</span>
      {other ? <Button small kind="main" onClick={() => chooseModel(other.model)}>{t("level_switch", other.title)}</Button>
        : manages && <Button small onClick={() => go("/models")}>{t("better")}</Button>}
      {onClose && <IconButton small icon="close" label={t("close")} onClick={onClose} />}
    </div>
  );
}

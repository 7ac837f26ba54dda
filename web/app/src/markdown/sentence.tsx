import { createContext, useContext, type ReactNode } from "react";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import type { Claim } from "../talk/proof";

/** Sentences are those of an answer of which something was checked, in order. */
export const Sentences = createContext<Claim[]>([]);

/** InSentence is which of them what is drawn is in; -1 is none. */
export const InSentence = createContext(-1);

/** SentenceView shows part of a sentence: struck through if the cited text has not what it says, and that is said. */
export function SentenceView({ name, children }: { name?: string; children?: ReactNode }) {
  const t = useText();
  const claims = useContext(Sentences);
  const found = /^claim-(\d+)( claim-end)?$/.exec(name ?? "");
  const index = Number(found?.[1] ?? -1), claim = claims[index];
  if (!found || !claim) return <span className={name}>{children}</span>;
  const inside = <InSentence value={index}>{children}</InSentence>;
  const end = found[2] !== undefined;
  const missing = claim.missing.join(", ");
  if (claim.missing.length > 0) {
    return (
      <>
        <del className="claim bad"><span className="sr">{t("claim_struck")} </span>{inside}</del>
        {end && <span className="claim-tag bad"><Icon name="warn" size={13} />{t("claim_missing", missing)}</span>}
      </>
    );
  }
  if (claim.cites.length > 0 && claim.cites.every((c) => c.deleted)) return <>{inside}{end && <span className="claim-tag"><Icon name="trash" size={13} />{t("source_deleted")}</span>}</>;
  if (claim.loose) return <><span className="claim loose">{inside}</span>{end && <span className="claim-tag">{t("claim_loose")}</span>}</>;
  if (claim.cites.length === 0) return <><span className="claim loose">{inside}</span>{end && <span className="claim-tag">{claim.seen ? <><Icon name="eye" size={13} />{t("claim_seen")}</> : t("claim_bare")}</span>}</>;
  return <span className="claim">{inside}</span>;
}

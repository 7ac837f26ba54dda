import { useEffect, useState } from "react";
import { ask, told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Skeleton } from "../parts/plain";
import { useText, type Translate } from "../text";

type Status = "holds" | "deleted" | "withheld" | "unread" | "absent" | "changed" | "unknown";
interface Proved { text: string; cites: { index: number; text: string; state: Status }[]; struck: boolean; missing: string[]; bare: boolean; false: boolean }
interface Proof { holds: boolean; unchecked: number; claims: Proved[]; stray: number[] }

const worst: Status[] = ["unknown", "absent", "changed", "deleted", "withheld", "unread"];

/** stateOf says what has become of a sentence: the worst of its citations first. */
function stateOf(t: Translate, c: Proved): string {
  const bad = worst.find((s) => c.cites.some((x) => x.state === s));
  if (bad) return t("proof_" + bad);
  if (c.bare) return t("row_unchecked");
  if (c.missing.length > 0) return t("proof_missing", c.missing.join(", "));
  return t(c.cites.length === 0 ? "proof_uncited" : "proof_ok");
}

/** ProofDialog looks an answer up again in the documents as they are now, and tells of each sentence. */
export function ProofDialog({ message, onClose }: { message: string; onClose(): void }) {
  const t = useText();
  const [proof, setProof] = useState<Proof | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    ask<Proof>("GET", `/api/messages/${encodeURIComponent(message)}/proof`).then(setProof, (err: unknown) => setError(told(err)));
  }, [message]);
  const sum = !proof ? "" : proof.claims.length === 0 && proof.stray.length === 0 ? t("proof_none") : !proof.holds ? t("proof_false") : proof.unchecked > 0 ? t("proof_partly", proof.unchecked) : t("proof_whole");
  return (
    <Dialog wide calm title={t("proof_again")} detail={t("proof_detail")} onClose={onClose} foot={<Button kind="main" onClick={onClose}>{t("close")}</Button>}>
      {error && <p className="bad" role="alert">{error}</p>}
      {!proof && !error && <Skeleton lines={3} />}
      {proof && <div role="status">
        <p className={"badge " + (!proof.holds ? "bad" : proof.unchecked > 0 ? "" : "good")}><Icon name={proof.holds ? "check" : "warn"} size={16} />{sum}</p>
        <ul className="proof-list">
          {proof.claims.map((c, n) => (
            <li key={n} className={c.false ? "bad" : undefined}>
              <p>{c.struck ? <s>{c.text}</s> : c.text}</p>
              <p className="quiet small">{stateOf(t, c)}</p>
            </li>
          ))}
          {proof.stray.map((n, i) => <li key={"stray" + i} className="bad">{t("proof_stray", n)}</li>)}
        </ul>
      </div>}
    </Dialog>
  );
}

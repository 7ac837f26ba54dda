import { useEffect, useState } from "react";
import { api, type Licence } from "../api";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Skeleton } from "../parts/plain";
import { useText } from "../text";
import { bring, models, titleOf, useModels } from "./state";
import "../style/models.css";

/** LicenceDialog stands before a model that comes under terms, until somebody has accepted them. */
export default function LicenceDialog() {
  const model = useModels((m) => m.licence);
  return model ? <Accept key={model} model={model} /> : null;
}

function Accept({ model }: { model: string }) {
  const t = useText();
  const [licence, setLicence] = useState<Licence | null>(null);
  const [person, setPerson] = useState("");
  const [sure, setSure] = useState(false);
  const [error, setError] = useState("");
  const close = () => models.set({ licence: "" });
  useEffect(() => {
    api.licence(model).then(setLicence, (err: unknown) => { models.set({ refusal: told(err), licence: "" }); });
  }, [model]);
  const research = licence?.class === "research";
  const ready = licence !== null && (!research || (person.trim() !== "" && sure));
  const accept = async () => {
    if (!licence) return;
    try {
      await api.accept({ model, hash: licence.hash, person: person.trim() });
    } catch (err) {
      setError(told(err));
      return;
    }
    close();
    await bring(model);
  };
  return (
    <Dialog wide calm title={licence?.title ?? t("licence_text")} onClose={close}
      detail={licence && [t(research ? "licence_research" : "licence_terms", titleOf(model)), licence.note.text, licence.url].filter(Boolean).join(" ")}
      foot={<><Button onClick={close}>{t("cancel")}</Button><Button kind="main" id="licence-accept" disabled={!ready} onClick={() => void accept()}>{t("licence_accept")}</Button></>}>
      {licence ? <pre className="licence-text" tabIndex={0} aria-label={t("licence_text")}>{licence.text}</pre> : <Skeleton lines={8} />}
      {research && <>
        <Field label={t("licence_name")} id="licence-person" autoComplete="name" maxLength={60} value={person} onChange={(e) => setPerson(e.target.value)} />
        <label className="check"><input type="checkbox" id="licence-confirm" checked={sure} onChange={(e) => setSure(e.target.checked)} /><span>{t("licence_confirm")}</span></label>
      </>}
      {error && <p className="field-error" role="alert">{error}</p>}
    </Dialog>
  );
}

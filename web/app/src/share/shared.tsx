import { useCallback, useEffect, useMemo, useState } from "react";
import type { Message } from "../api";
import { loadLists } from "../lists";
import { Loaded, useLoad } from "../load";
import { DrawOnAsk } from "../markdown/code";
import { Markdown } from "../markdown/markdown";
import { told } from "../net";
import { Button } from "../parts/button";
import { toast } from "../parts/toast";
import { go } from "../router";
import { PageHead } from "../shell/pagehead";
import { copied, fold, type Attached } from "../talk/answer";
import { Attachments, Thoughts } from "../talk/message";
import { Badge, PassagesView } from "../talk/passages";
import { PieceView, SaveFile, shownPieces, Sources } from "../talk/pieces";
import { Rests } from "../talk/rests";
import { SightLine } from "../talk/sight";
import { saveBlob } from "../exchange/save";
import { day, useText } from "../text";
import { sharing, type Shared } from "./calls";
import "../style/talk.css";
import "../style/admin.css";

/** SharedPage shows what somebody shares, to be read and gone on with in a copy. */
export default function SharedPage({ secret }: { secret: string }) {
  const t = useText();
  const got = useLoad(() => sharing.open(secret), secret);
  const save = useCallback(async (file: Attached) => saveBlob(await sharing.file(secret, file.blob), file.name), [secret]);
  const title = got.value?.title || t("untitled");
  useEffect(() => { document.title = `${title} · ChatEXAONE`; }, [title]);
  const facts = (s: Shared) => [t("shared_by", s.owner), t(s.live ? "shared_live" : "shared_at", day(s.updated)), s.expires ? t("until", day(s.expires)) : ""].filter(Boolean).join(" · ");
  return (
    <div className="page">
      <PageHead title={got.value ? title : t("shared")} detail={got.value ? facts(got.value) : undefined} />
      <Loaded of={got} lines={8}>{(s) => <>
        <SaveFile value={save}><DrawOnAsk value><div className="shared">{s.messages.filter((m) => !m.deleted).map((m) => <Said key={m.id} m={m} />)}</div></DrawOnAsk></SaveFile>
        <GoOn secret={secret} mine={s.mine} />
      </>}</Loaded>
    </div>
  );
}

function Said({ m }: { m: Message }) {
  const t = useText();
  const a = useMemo(() => fold(m.text, m.thinking ?? "", m.events ?? []), [m]);
  const inserts = useMemo(() => shownPieces(a).map((p) => ({ at: p.at, key: String(p.number), node: <PieceView piece={p} /> })), [a]);
  if (m.role === "user") return <article className="turn user" aria-label={t("said_asker")}><div className="bubble">{m.text}</div><Attachments m={m} /></article>;
  return (
    <article className="turn assistant" aria-label={t("said_model")}>
      {m.thinking && <Thoughts text={m.thinking} writing={false} />}
      <Rests a={a}>
        {a.sight && <SightLine sight={a.sight} />}
        {a.passages && <PassagesView found={a.passages} open={a.passages.nearest || m.text === ""} />}
        <div className="answer"><Markdown text={m.text} growing={false} inserts={inserts} /></div>
        <Badge claims={a.claims} />
        <Sources citations={a.citations} />
      </Rests>
      {m.error?.message && <p className="quiet small">{m.error.message}</p>}
      <p className="by quiet small">{t(copied(m, a) ? "notice_copied_short" : "notice_short")}{m.model && !copied(m, a) ? " · " + m.model : ""}</p>
    </article>
  );
}

function GoOn({ secret, mine }: { secret: string; mine: boolean }) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const copy = async () => {
    setBusy(true);
    try {
      const c = await sharing.copy(secret);
      void loadLists();
      go("/c/" + encodeURIComponent(c.id));
    } catch (err) { toast(told(err), "bad"); setBusy(false); }
  };
  return (
    <div className="shared-foot">
      <span className="quiet">{t(mine ? "shared_mine" : "shared_read_only")}</span>
      <Button kind="main" icon="branch" busy={busy} onClick={() => void copy()}>{t("shared_copy")}</Button>
    </div>
  );
}

import { useEffect, useState } from "react";
import { api, type Conversation } from "../api";
import { archive, loadLists, remove } from "../lists";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { IconButton } from "../parts/button";
import { EmptyState, Skeleton, Trouble } from "../parts/plain";
import { day, useText } from "../text";

/** Archive are the conversations that the sidebar no longer shows. */
export function Archive() {
  const t = useText();
  const [items, setItems] = useState<Conversation[] | null>(null);
  const [error, setError] = useState("");
  useEffect(() => { api.conversations({ archived: true, limit: 200 }).then((p) => setItems(p.items), (err: unknown) => setError(told(err))); }, []);
  if (error) return <Trouble text={error} />;
  if (!items) return <Skeleton lines={5} />;
  if (items.length === 0) return <EmptyState icon="archive" title={t("archive_empty")} detail={t("archive_empty_detail")} />;
  const drop = (id: string) => setItems(items.filter((c) => c.id !== id));
  return (
    <ul className="rows">
      {items.map((c) => (
        <li key={c.id}>
          <a className="grow cut" href={"#/c/" + c.id}>{c.title || t("untitled")}</a><span className="quiet small num">{day(c.updated)}</span>
          <IconButton icon="undo" label={t("unarchive")} onClick={() => void archive([c.id], false).then(() => { drop(c.id); void loadLists(); })} />
          <IconButton icon="trash" label={t("delete")} onClick={() => void confirm({ title: t("conversation_delete"), detail: c.title, yes: t("delete"), danger: true }).then((yes) => { if (yes) void remove([c.id]).then((done) => { if (done) drop(c.id); }); })} />
        </li>
      ))}
    </ul>
  );
}

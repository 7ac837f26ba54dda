import { useEffect, useState } from "react";
import { api } from "../api";
import { lists, useLists } from "../lists";
import { told } from "../net";
import { Button } from "../parts/button";
import { Field, TextField } from "../parts/field";
import { Skeleton } from "../parts/plain";
import { toast } from "../parts/toast";
import { go } from "../router";
import { PageHead } from "../shell/pagehead";
import { useText } from "../text";

/** FolderPage gives a folder its name, and the instructions that every conversation in it begins with. */
export default function FolderPage({ id }: { id: string }) {
  const t = useText();
  const folder = useLists((l) => l.folders.find((f) => f.id === id));
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  useEffect(() => { setName(folder?.name ?? ""); setText(folder?.instructions ?? ""); }, [folder]);
  const keep = async () => {
    try {
      await api.changeFolder(id, { name: name.trim(), instructions: text });
      lists.set((s) => ({ folders: s.folders.map((f) => (f.id === id ? { ...f, name: name.trim(), instructions: text } : f)) }));
      toast(t("saved"));
    } catch (err) { toast(told(err), "bad"); }
  };
  return (
    <div className="page">
      <PageHead title={folder?.name ?? t("folder")} detail={t("folder_detail")}><Button icon="edit" onClick={() => go("/f/" + encodeURIComponent(id))}>{t("new_in_folder")}</Button></PageHead>
      {folder ? (
        <form className="stack" onSubmit={(e) => { e.preventDefault(); void keep(); }}>
          <Field label={t("name")} value={name} maxLength={80} onChange={(e) => setName(e.target.value)} />
          <TextField label={t("folder_instructions")} hint={t("folder_instructions_detail")} placeholder={t("system_example")} rows={7} maxLength={4000} value={text} onChange={(e) => setText(e.target.value)} />
          <div><Button kind="main" type="submit" disabled={!name.trim()}>{t("save")}</Button></div>
        </form>
      ) : <Skeleton lines={5} />}
    </div>
  );
}

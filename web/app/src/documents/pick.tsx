import { useRef } from "react";
import { Menu } from "../parts/menu";
import { Button } from "../parts/button";
import { useText } from "../text";
import { sayGathered } from "./drop";
import { picked, type Gathering } from "./gather";

/** PickFiles lets files, or a folder with all that is in it, be chosen. */
export function PickFiles({ onFiles, main = true }: { onFiles(got: Gathering): void; main?: boolean }) {
  const t = useText();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    const got = picked(input.files ?? []);
    input.value = ""; // the same files may be chosen again
    sayGathered(t, got);
    if (got.files.length > 0) onFiles(got);
  };
  return (
    <>
      <input ref={files} type="file" multiple hidden data-pick="files" onChange={(e) => take(e.currentTarget)} />
      <input ref={folder} type="file" hidden data-pick="folder" {...{ webkitdirectory: "" }} onChange={(e) => take(e.currentTarget)} />
      <Menu label={t("doc_add")} align="end" items={[
        { text: t("doc_add_files"), icon: "file", run: () => files.current?.click() },
        { text: t("doc_add_folder"), icon: "folder", detail: t("doc_add_folder_detail"), run: () => folder.current?.click() },
      ]} trigger={(p) => <Button kind={main ? "main" : "plain"} icon="add" data-do="add" {...p}>{t("doc_add")}</Button>} />
    </>
  );
}

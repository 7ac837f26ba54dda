import { useEffect, useRef, useState } from "react";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toast";
import { count, useText, type Translate } from "../text";
import { entriesOf, gather, hasFiles, type Gathering } from "./gather";

/** sayGathered says what of a drop was left out. Nothing is left out in silence. */
export function sayGathered(t: Translate, got: Gathering): void {
  if (got.tooMany) toast(t("up_too_many", count(got.files.length)), "bad");
  if (got.tooDeep.length > 0) toast(t("up_too_deep", got.tooDeep[0] ?? "", got.tooDeep.length), "bad");
  if (got.ignored > 0) toast(t("up_ignored", got.ignored));
  if (got.files.length === 0 && got.ignored === 0) toast(t("up_nothing"), "bad");
}

/** DropZone lets files be dropped anywhere in the window, and says where they will go while they are held over it. */
export function DropZone({ title, detail, onFiles }: { title: string; detail: string; onFiles(got: Gathering): void }) {
  const t = useText();
  const [over, setOver] = useState(false);
  const now = useRef(onFiles);
  now.current = onFiles;
  useEffect(() => {
    let deep = 0; // how many elements, one in the other, are being dragged over
    const ours = (e: DragEvent) => hasFiles(e.dataTransfer) && !document.querySelector("dialog[open]");
    const enter = (e: DragEvent) => { if (ours(e)) { deep++; setOver(true); e.preventDefault(); } };
    const leave = (e: DragEvent) => { if (ours(e) && --deep <= 0) { deep = 0; setOver(false); } };
    const hover = (e: DragEvent) => {
      if (!ours(e) || !e.dataTransfer) return;
      e.preventDefault();
      e.dataTransfer.dropEffect = "copy";
    };
    const drop = (e: DragEvent) => {
      deep = 0;
      setOver(false);
      if (e.defaultPrevented || !ours(e) || !e.dataTransfer) return;
      e.preventDefault();
      void gather(entriesOf(e.dataTransfer)).then((got) => { sayGathered(t, got); if (got.files.length > 0) now.current(got); });
    };
    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", hover);
    addEventListener("drop", drop);
    return () => { removeEventListener("dragenter", enter); removeEventListener("dragleave", leave); removeEventListener("dragover", hover); removeEventListener("drop", drop); };
  }, [t]);
  if (!over) return null;
  return (
    <div className="drop-over" aria-hidden="true">
      <div><Icon name="down" size={32} /><strong>{title}</strong><span>{detail}</span></div>
    </div>
  );
}

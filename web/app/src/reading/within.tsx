import { Icon } from "../parts/icon";
import { useText } from "../text";
import { rooms, type Places, type Source } from "./calls";

/** Within says in which file within the document a place is, and gives that file away where it has bytes of its own. */
export function Within({ source, inside: { names, sure, bytes } }: { source: Source; inside: NonNullable<Places["inside"]> }) {
  const t = useText();
  const name = names.at(-1) ?? "";
  return (
    <p>
      <Icon name="info" size={16} />
      <span>
        {t("reading_inside", names.join(" › "))}{!sure && " " + t("reading_inside_unsure")}
        {bytes && <>{" "}<a href={rooms.file(source)} download={name.split("/").at(-1)} aria-label={t("reading_inside_save_named", name)}>{t("reading_inside_save")}</a></>}
      </span>
    </p>
  );
}

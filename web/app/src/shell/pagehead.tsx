import type { ReactNode } from "react";
import { IconButton } from "../parts/button";
import { useText } from "../text";
import { shell, useShell } from "./state";

/** PageHead is the title of a page that is not a conversation, with a way to the sidebar where that is hidden. */
export function PageHead({ title, detail, children }: { title: string; detail?: string; children?: ReactNode }) {
  const t = useText();
  const side = useShell((s) => s.side);
  return (
    <header className="page-head">
      {!side && <IconButton icon="side" label={t("side_open")} className="page-side" onClick={() => shell.set({ side: true })} />}
      <div className="grow"><h1>{title}</h1>{detail && <p>{detail}</p>}</div>
      {children}
    </header>
  );
}

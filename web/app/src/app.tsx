import { lazy, Suspense, useEffect } from "react";
import { setRegion } from "./announce";
import { UploadPanel } from "./documents/panel";
import { loadGrades } from "./grades";
import { bind } from "./keys";
import { loadLists } from "./lists";
import { startModels, useModels } from "./models/state";
import { Asking } from "./parts/ask";
import { Skeleton } from "./parts/plain";
import { Toasts } from "./parts/toast";
import { useReading } from "./reading/state";
import { go, usePlace } from "./router";
import { takeSettings } from "./session";
import { KeysDialog, Palette } from "./shell/palette";
import { Sidebar } from "./shell/sidebar";
import { shell, toggleSide, useShell } from "./shell/state";
import { TopBar } from "./shell/topbar";
import Talk from "./talk/talk";
import { catchUp } from "./talk/thread";
import { useText } from "./text";
import "./style/shell.css";

const Models = lazy(() => import("./models/models"));
const Licence = lazy(() => import("./models/licence"));
const Settings = lazy(() => import("./settings/settings"));
const FolderPage = lazy(() => import("./settings/folder"));
const Library = lazy(() => import("./library/page"));
const Documents = lazy(() => import("./documents/page"));
const Admin = lazy(() => import("./admin/page"));
const SharedPage = lazy(() => import("./share/shared"));
const Room = lazy(() => import("./reading/room"));
const ShareDialog = lazy(() => import("./share/dialog"));

/** App is the page of somebody who is signed in. */
export function App() {
  const t = useText();
  const side = useShell((s) => s.side);
  const narrow = useShell((s) => s.narrow);
  const palette = useShell((s) => s.palette);
  const keys = useShell((s) => s.keys);
  const licence = useModels((m) => m.licence);
  const reads = useReading((r) => r.hits.length > 0);
  useEffect(() => {
    void loadLists();
    void takeSettings();
    void loadGrades();
    startModels();
    const seen = () => { if (!document.hidden) void loadLists().then(catchUp); };
    document.addEventListener("visibilitychange", seen);
    const unbind = bind([
      { keys: "Ctrl+Shift+O", text: "new", run: () => go("/") },
      { keys: "Ctrl+K", text: "search", anywhere: true, run: () => shell.set((s) => ({ palette: !s.palette })) },
      { keys: "Ctrl+Shift+S", text: "key_side", run: toggleSide },
      { keys: "Ctrl+.", text: "settings", run: () => go("/settings") },
      { keys: "Ctrl+/", text: "keys", run: () => shell.set({ keys: true }) },
    ]);
    return () => { document.removeEventListener("visibilitychange", seen); unbind(); };
  }, []);
  return (
    <div className={"shell" + (side ? " with-side" : "")}>
      <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); (document.getElementById("composer-input") ?? document.getElementById("main"))?.focus(); }}>{t("skip")}</a>
      {narrow && side && <div className="side-scrim" onClick={() => shell.set({ side: false })} />}
      <div className="side-frame" inert={!side}><Sidebar /></div>
      <main id="main" tabIndex={-1} inert={narrow && side}><Place /></main>
      {reads && <Suspense><Room /></Suspense>}
      {palette && <Palette />}
      {keys && <KeysDialog />}
      {licence && <Suspense><Licence /></Suspense>}
      <UploadPanel />
      <Common />
    </div>
  );
}

/** Common is there on every page. */
export function Common() {
  return (
    <>
      <Asking />
      <Toasts />
      <div className="sr" aria-live="polite" ref={setRegion} />
    </>
  );
}

function Place() {
  const { parts, query } = usePlace();
  switch (parts[0]) {
    case "models": return <Suspense fallback={<Waiting />}><Models /></Suspense>;
    case "settings": return <Suspense fallback={<Waiting />}><Settings tab={parts[1] ?? ""} /></Suspense>;
    case "folder": return <Suspense fallback={<Waiting />}><FolderPage id={parts[1] ?? ""} /></Suspense>;
    case "prompts": return <Suspense fallback={<Waiting />}><Library /></Suspense>;
    case "documents": return <Suspense fallback={<Waiting />}><Documents folder={parts[1] ?? ""} /></Suspense>;
    case "admin": return <Suspense fallback={<Waiting />}><Admin tab={parts[1] ?? ""} rest={query} /></Suspense>;
    case "s": return <Suspense fallback={<Waiting />}><SharedPage secret={parts[1] ?? ""} /></Suspense>;
    default: return <><TopBar /><Talk id={parts[0] === "c" ? parts[1] ?? "" : ""} folder={parts[0] === "f" ? parts[1] ?? "" : ""} jump={query.get("m") ?? ""} />{parts[0] === "c" && parts[2] === "share" && <Suspense><ShareDialog id={parts[1] ?? ""} /></Suspense>}</>;
  }
}

const Waiting = () => <div className="page"><Skeleton lines={6} /></div>;

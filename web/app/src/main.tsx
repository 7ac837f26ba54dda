import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { OpenLink, SignIn, Unreachable, UseLink } from "./enter/enter";
import { startKeys } from "./keys";
import { startLook } from "./look";
import { startTips } from "./parts/tip";
import { linkSecret } from "./router";
import { loadSession, session, useSession } from "./session";
import { useStore } from "./store";
import { lang, speak } from "./text";
import "./style/tokens.css";
import "./style/font.css";
import "./style/ground.css";
import "./style/parts.css";

startLook();
const secret = linkSecret();

function Root() {
  const [link, setLink] = useState(secret);
  const now = useSession((s) => s);
  const error = useStore(session, (s) => s.error);
  if (link) return <UseLink secret={link} onDone={() => setLink("")} />;
  if (!now) return error ? <Unreachable text={error} /> : null;
  if (now.person) return <App key={now.person.id} />;
  return now.setup ? <SignIn /> : <OpenLink />;
}

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) return;
  await Promise.all([speak(lang()).catch(() => {}), secret ? null : loadSession()]);
  startKeys();
  startTips();
  createRoot(root).render(<StrictMode><Root /></StrictMode>);
}

void start();

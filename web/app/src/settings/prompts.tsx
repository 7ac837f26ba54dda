import { useEffect, useState } from "react";
import { api, type Prompt } from "../api";
import { told } from "../net";
import { EmptyState, Skeleton, Trouble } from "../parts/plain";
import { useText } from "../text";

/** Prompts is the library: one's own, and those that come with the program. */
export function Prompts() {
  const t = useText();
  const [all, setAll] = useState<Prompt[] | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    Promise.all([api.prompts(), api.builtinPrompts()]).then(([own, ours]) => setAll([...own.items, ...ours.items]), (err: unknown) => setError(told(err)));
  }, []);
  if (error) return <Trouble text={error} />;
  if (!all) return <Skeleton lines={6} />;
  if (all.length === 0) return <EmptyState icon="book" title={t("prompts_empty")} detail={t("prompts_empty_detail")} />;
  const jobs = [...new Set(all.map((p) => p.job ?? ""))];
  return (
    <div className="stack wide-gap">
      <p className="quiet">{t("prompts_detail")}</p>
      {jobs.map((job) => (
        <section key={job} className="stack">
          <h2 className="section-title">{job || t("prompts_own")}</h2>
          <ul className="rows">{all.filter((p) => (p.job ?? "") === job).map((p) => <li key={p.id}><code>/{p.name}</code><span className="grow cut">{p.title}</span></li>)}</ul>
        </section>
      ))}
    </div>
  );
}

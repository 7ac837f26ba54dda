import { useEffect } from "react";
import type { IconName } from "../parts/icon";
import { EmptyState, Tabs } from "../parts/plain";
import { PeoplePart } from "../people/people";
import { TeamsPart } from "../people/teams";
import { go } from "../router";
import { useSession } from "../session";
import { PageHead } from "../shell/pagehead";
import { useText } from "../text";
import { AnnouncementsPart } from "./announcements";
import { AuditPart } from "./audit";
import { BrandPart } from "./branding";
import { FeedbackPart } from "./feedback";
import { GlossaryPart } from "./glossary";
import { HealthPart } from "./health";
import { LimitsPart } from "./limits";
import { ReadersPart } from "./readers";
import { UsagePart } from "./usage";
import "../style/admin.css";

// What there is to run, in order, and what one must be allowed for each.
const all = [
  ["health", "models.manage", "gauge"], ["people", "people.manage", "user"], ["teams", "teams.manage", "people"], ["readers", "models.manage", "bolt"],
  ["limits", "quotas.manage", "scale"], ["usage", "usage.read", "chart"], ["audit", "audit.read", "shield"], ["feedback", "feedback.handle", "thumbDown"],
  ["announcements", "announce", "info"], ["brand", "brand", "spark"], ["glossary", "brand", "book"],
] as const satisfies readonly (readonly [string, string, IconName])[];
type Part = (typeof all)[number][0];

/** Admin is for those who run the place; each sees what they may do. */
export default function Admin({ tab, rest }: { tab: string; rest: URLSearchParams }) {
  const t = useText();
  const may = useSession((s) => s?.may) ?? [];
  const tabs = all.filter(([, action]) => may.includes(action));
  const now: Part | undefined = (tabs.find(([part]) => part === tab) ?? tabs[0])?.[0];
  useEffect(() => { document.title = `${t("admin")} · ChatEXAONE`; }, [t]);
  return (
    <div className="page broad">
      <PageHead title={t("admin")} />
      {!now ? <EmptyState icon="shield" title={t("ad_nothing")} /> : (
        <div className="page-columns">
          <Tabs<Part> label={t("admin")} vertical value={now} tabs={tabs.map(([part, , icon]) => [part, t("ad_" + part), icon])} onChange={(v) => go("/admin/" + v)} />
          <div className="page-body" role="tabpanel" aria-label={t("ad_" + now)}>
            {now === "health" && <HealthPart />}
            {now === "people" && <PeoplePart />}
            {now === "teams" && <TeamsPart />}
            {now === "readers" && <ReadersPart />}
            {now === "limits" && <LimitsPart />}
            {now === "usage" && <UsagePart />}
            {now === "audit" && <AuditPart about={rest} />}
            {now === "feedback" && <FeedbackPart />}
            {now === "announcements" && <AnnouncementsPart />}
            {now === "brand" && <BrandPart />}
            {now === "glossary" && <GlossaryPart />}
          </div>
        </div>
      )}
    </div>
  );
}

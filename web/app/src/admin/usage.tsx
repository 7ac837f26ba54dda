import { useState } from "react";
import { useWidth } from "./width";
import { saveBlob } from "../exchange/save";
import { Loaded, useLoad } from "../load";
import { csv } from "../markdown/table";
import { Button } from "../parts/button";
import { Choice, Field } from "../parts/field";
import { Grid } from "../parts/grid";
import { EmptyState } from "../parts/plain";
import { ticks } from "../talk/chart";
import { count, short, useText } from "../text";
import { admin, type Usage, type Used } from "./calls";
import { barSlots, daysBefore, everyDay, shareOf, today, tokensOf, widths } from "./scale";

type By = "day" | "person" | "team" | "model";

/** UsagePart says how much was used, when, by whom and of what. */
export function UsagePart() {
  const t = useText();
  const [by, setBy] = useState<By>("day");
  const [to, setTo] = useState(today);
  const [from, setFrom] = useState(() => daysBefore(today(), 29));
  const got = useLoad(() => admin.usage(from, to, by), `${by} ${from} ${to}`);
  const nameOf = (u: Used) => u.name || t(by === "team" ? "usage_no_team" : "usage_unknown");
  return (
    <section className="stack wide-gap">
      <div className="head-row">
        <Field label={t("from")} type="date" value={from} max={to} onChange={(e) => { if (e.target.value) setFrom(e.target.value); }} />
        <Field label={t("to")} type="date" value={to} min={from} max={today()} onChange={(e) => { if (e.target.value) setTo(e.target.value); }} />
        <Choice<By> label={t("usage_by")} value={by} onChange={setBy} options={[["day", t("usage_day")], ["person", t("usage_person")], ["team", t("usage_team")], ["model", t("usage_model")]]} />
      </div>
      <Loaded of={got} lines={8}>{(u) => <>
        <Totals u={u} />
        {u.items.length === 0 ? <EmptyState icon="chart" title={t("usage_none")} />
          : by === "day" ? <DayChart items={everyDay(u.items, u.from, u.to)} /> : <Bars items={u.items.slice(0, 20)} nameOf={nameOf} label={t("usage_chart")} />}
        {u.items.length > 0 && <Numbers u={u} by={by} nameOf={nameOf} />}
      </>}</Loaded>
    </section>
  );
}

function Totals({ u }: { u: Usage }) {
  const t = useText();
  const all: [string, string][] = [[t("usage_requests"), count(u.total.requests)], [t("usage_read"), short(u.total.prompt)], [t("usage_written"), short(u.total.completion)], [t("usage_cached"), shareOf(u.total.cached, u.total.prompt) + " %"]];
  return <dl className="facts">{all.map(([what, n]) => <div key={what}><dt>{what}</dt><dd>{n}</dd></div>)}</dl>;
}

function Key() {
  const t = useText();
  return <ul className="usage-key"><li>{t("usage_read")}</li><li className="written">{t("usage_written")}</li></ul>;
}

const H = 240, left = 48, top = 12, bottom = 26;

/** DayChart draws a bar for each day: what was read, and on top of it what was written. The table below has the numbers. */
function DayChart({ items }: { items: Used[] }) {
  const t = useText();
  const [box, W] = useWidth(720);
  const scale = ticks(0, Math.max(1, ...items.map(tokensOf)));
  const high = scale.at(-1) ?? 1;
  const { step, bar } = barSlots(items.length, W - left);
  const y = (n: number) => top + (H - top - bottom) * (1 - n / high);
  const every = Math.ceil(items.length / Math.max(2, Math.floor(W / 90)));
  return (
    <figure className="stack" ref={box}>
      <svg viewBox={`0 0 ${W} ${H}`} className="usage-plot" role="img" aria-label={t("usage_chart")}>
        {scale.map((v) => <g key={v}><line className={v === 0 ? "axis" : "rule"} x1={left} x2={W} y1={y(v)} y2={y(v)} /><text x={left - 8} y={y(v) + 4} textAnchor="end">{short(v)}</text></g>)}
        {items.map((u, i) => {
          const at = left + step * i;
          return (
            <g key={u.key}>
              <rect className="hit" x={at} y={top} width={step} height={H - top - bottom}><title>{`${u.key}: ${count(tokensOf(u))}`}</title></rect>
              <rect className="read" pointerEvents="none" x={at + (step - bar) / 2} width={bar} y={y(u.prompt)} height={y(0) - y(u.prompt)} />
              <rect className="written" pointerEvents="none" x={at + (step - bar) / 2} width={bar} y={y(tokensOf(u))} height={y(u.prompt) - y(tokensOf(u))} />
              {i % every === 0 && <text x={at + step / 2} y={H - 8} textAnchor="middle">{u.key.slice(5).replace("-", "/")}</text>}
            </g>
          );
        })}
      </svg>
      <Key />
    </figure>
  );
}

function Bars({ items, nameOf, label }: { items: Used[]; nameOf(u: Used): string; label: string }) {
  const most = Math.max(...items.map(tokensOf));
  return (
    <figure className="stack" aria-label={label}>
      <ul className="bars">
        {items.map((u) => {
          const [read, written] = widths(u, most, 400);
          return (
            <li key={u.key}><span className="cut">{nameOf(u)}</span>
              <svg viewBox="0 0 402 14" preserveAspectRatio="none" aria-hidden="true"><rect className="ground" width="402" height="14" /><rect className="read" width={read} height="14" /><rect className="written" x={read} width={written} height="14" /></svg>
              <span className="num">{short(tokensOf(u))}</span></li>
          );
        })}
      </ul>
      <Key />
    </figure>
  );
}

function Numbers({ u, by, nameOf }: { u: Usage; by: By; nameOf(u: Used): string }) {
  const t = useText();
  const heads = [t("usage_" + by), t("usage_requests"), t("usage_read"), t("usage_written"), t("usage_cached_tokens")];
  const rows = by === "day" ? [...u.items].reverse() : u.items;
  const save = () => saveBlob(new Blob(["\ufeff" + csv([heads, ...rows.map((r) => [nameOf(r), r.requests, r.prompt, r.completion, r.cached].map(String))])], { type: "text/csv" }), `usage-${by}-${u.from}-${u.to}.csv`);
  return (
    <div className="stack">
      <div className="head-row"><h2 className="grow">{t("usage_table")}</h2><Button small icon="down" onClick={save}>{t("usage_csv")}</Button></div>
      <Grid label={t("usage_table")} rows={rows} keyOf={(r) => r.key} columns={[
        { head: heads[0] ?? "", main: true, cell: nameOf },
        { head: heads[1] ?? "", num: true, cell: (r) => count(r.requests) },
        { head: heads[2] ?? "", num: true, cell: (r) => count(r.prompt) },
        { head: heads[3] ?? "", num: true, cell: (r) => count(r.completion) },
        { head: heads[4] ?? "", num: true, cell: (r) => count(r.cached) },
      ]} />
    </div>
  );
}

import { useState } from "react";
import { IconButton } from "../parts/button";
import { count, short, useText } from "../text";
import type { Plot } from "./answer";
import { Table } from "../markdown/table";

interface Series { name: string; values: (number | null)[] }
export interface ChartSpec { labels: string[]; series: Series[] }

/** readSpec takes a chart's numbers out of what was sent, or returns null where there are none. */
export function readSpec(spec: unknown): ChartSpec | null {
  if (typeof spec !== "object" || spec === null) return null;
  const s = spec as { labels?: unknown; series?: unknown };
  if (!Array.isArray(s.labels) || !Array.isArray(s.series)) return null;
  const series = (s.series as unknown[]).flatMap((one): Series[] => {
    if (typeof one !== "object" || one === null) return [];
    const { name, values } = one as { name?: unknown; values?: unknown };
    if (!Array.isArray(values)) return [];
    return [{ name: typeof name === "string" ? name : "", values: (values as unknown[]).map((v) => (typeof v === "number" && Number.isFinite(v) ? v : null)) }];
  });
  return series.length > 0 && s.labels.length > 0 ? { labels: (s.labels as unknown[]).map(String), series } : null;
}

/** ticks are round numbers that span from low to high, about four steps apart. */
export function ticks(low: number, high: number): number[] {
  if (high <= low) high = low + 1;
  const raw = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * unit).find((s) => s >= raw) ?? raw;
  const out: number[] = [];
  for (let v = Math.floor(low / step) * step; ; v += step) {
    out.push(Number(v.toPrecision(12)));
    if (v >= high) return out;
  }
}

const W = 640, H = 260, left = 52, right = 8, top = 12, bottom = 28;

/** Chart draws bars or lines; the same numbers are there as a table. */
export function Chart({ plot }: { plot: Plot }) {
  const t = useText();
  const [asTable, setAsTable] = useState(false);
  const spec = readSpec(plot.spec);
  if (!spec) return <div className="card quiet small">{t("chart_none", plot.title)}</div>;
  return (
    <figure className="piece chart">
      <div className="piece-head">
        <strong className="grow">{plot.title}</strong>
        <IconButton small icon={asTable ? "chart" : "table"} label={t(asTable ? "chart_draw" : "chart_table")} onClick={() => setAsTable(!asTable)} />
      </div>
      {asTable ? (
        <Table>
          <thead><tr><th scope="col" />{spec.series.map((s, n) => <th key={n} scope="col" className="right">{s.name}</th>)}</tr></thead>
          <tbody>{spec.labels.map((l, i) => <tr key={i}><td>{l}</td>{spec.series.map((s, n) => <td key={n} className="right">{s.values[i] == null ? "" : count(s.values[i])}</td>)}</tr>)}</tbody>
        </Table>
      ) : <Drawn spec={spec} line={plot.kind === "line"} title={plot.title} />}
      {spec.series.length > 1 && !asTable && (
        <ul className="chart-key">{spec.series.map((s, n) => <li key={n} className={"c" + (n % 6)}>{s.name}</li>)}</ul>
      )}
    </figure>
  );
}

function Drawn({ spec, line, title }: { spec: ChartSpec; line: boolean; title: string }) {
  const all = spec.series.flatMap((s) => s.values).filter((v): v is number => v !== null);
  const scale = ticks(Math.min(0, ...all), Math.max(0, ...all));
  const low = scale[0] ?? 0, high = scale[scale.length - 1] ?? 1;
  const n = spec.labels.length, slot = (W - left - right) / n;
  const y = (v: number) => top + (H - top - bottom) * (1 - (v - low) / (high - low));
  const x = (i: number) => left + slot * (i + 0.5);
  const every = Math.ceil(n / 12);
  const bar = Math.min(36, (slot * 0.7) / spec.series.length);
  return (
    <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={title} className="plot">
      {scale.map((v) => (
        <g key={v}><line x1={left} x2={W - right} y1={y(v)} y2={y(v)} className={v === 0 ? "axis" : "rule"} /><text x={left - 8} y={y(v) + 4} textAnchor="end">{short(v)}</text></g>
      ))}
      {spec.labels.map((l, i) => (i % every === 0 ? <text key={i} x={x(i)} y={H - 8} textAnchor="middle">{l.length > 9 ? l.slice(0, 8) + "…" : l}</text> : null))}
      {spec.series.map((s, k) => (line ? (
        <g key={k} className={"c" + (k % 6)}>
          <polyline fill="none" points={s.values.flatMap((v, i) => (v === null ? [] : [`${x(i)},${y(v)}`])).join(" ")} />
          {s.values.map((v, i) => (v === null ? null : <circle key={i} cx={x(i)} cy={y(v)} r={3}><title>{`${spec.labels[i]} ${s.name}: ${count(v)}`}</title></circle>))}
        </g>
      ) : (
        <g key={k} className={"c" + (k % 6)}>
          {s.values.map((v, i) => (v === null ? null : (
            <rect key={i} x={x(i) - (bar * spec.series.length) / 2 + bar * k + 1} width={Math.max(1, bar - 2)} y={Math.min(y(v), y(0))} height={Math.abs(y(v) - y(0))} rx={Math.min(3, bar / 4)}>
              <title>{`${spec.labels[i]} ${s.name}: ${count(v)}`}</title></rect>
          )))}
        </g>
      )))}
    </svg>
  );
}

// Which browser a session is of, in a few words.

const browsers: [RegExp, string][] = [[/Whale\//, "Whale"], [/SamsungBrowser\//, "Samsung Internet"], [/Edg(e|A|iOS)?\//, "Edge"], [/OPR\//, "Opera"], [/Firefox\/|FxiOS\//, "Firefox"], [/Chrome\/|CriOS\//, "Chrome"], [/Safari\//, "Safari"]];
const systems: [RegExp, string][] = [[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux/, "Linux"]];

/** agentName says a User-Agent as people do: "Chrome · Windows". What it does not know, it says as it is. */
export function agentName(agent: string): string {
  const first = (list: [RegExp, string][]) => list.find(([is]) => is.test(agent))?.[1] ?? "";
  return [first(browsers), first(systems)].filter(Boolean).join(" · ") || agent.slice(0, 60);
}

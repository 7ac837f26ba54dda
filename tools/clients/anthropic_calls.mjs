// Anthropic's TypeScript client against BASE_URL MODEL.
import Anthropic from "@anthropic-ai/sdk";
import { Table, answer, fails, must, weather } from "./table.mjs";

const [base, model] = process.argv.slice(2);
const client = new Anthropic({ baseURL: base, apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Is Seoul in Korea?" }];
const tools = [{ name: "weather", description: "the weather of a city", input_schema: weather }];
const table = new Table("anthropic (TypeScript)");

let whole;
await table.call("messages.create", async () => {
  whole = await client.messages.create({ model, messages, max_tokens: 8, temperature: 0 });
  must(whole.content[0].type === "text" && whole.usage.output_tokens > 0 && whole._request_id, whole);
  return whole.content[0].text;
});

await table.call("messages.stream equals whole", async () => {
  const final = await client.messages.stream({ model, messages, max_tokens: 8, temperature: 0 }).finalMessage();
  must(final.content[0].text === whole.content[0].text && final.stop_reason === whole.stop_reason, [final, whole]);
  return final.content[0].text;
});

await table.call("messages.countTokens", async () => {
  const { input_tokens: n } = await client.messages.countTokens({ model, messages });
  must(n === whole.usage.input_tokens + whole.usage.cache_read_input_tokens, [n, whole.usage]);
  return n;
});

await table.call("tools: any, stream, result", async () => {
  const r = await client.messages.stream({ model, messages, tools, tool_choice: { type: "any" }, max_tokens: 64 }).finalMessage();
  const used = r.content.filter((b) => b.type === "tool_use");
  must(r.stop_reason === "tool_use" && ["Seoul", "Busan"].includes(used[0].input.city), r);
  const results = used.map((b) => ({ type: "tool_result", tool_use_id: b.id, content: "sunny" }));
  const after = await client.messages.create({ model, tools, tool_choice: { type: "none" }, max_tokens: 8,
    messages: [...messages, { role: "assistant", content: r.content }, { role: "user", content: results }] });
  must(after.content[0].type === "text", after);
  return used[0].input;
});

await table.call("output_config json_schema", async () => {
  const r = await client.messages.create({ model, messages, max_tokens: 64, output_config: { format: { type: "json_schema", schema: answer } } });
  const said = JSON.parse(r.content[0].text);
  must(["yes", "no"].includes(said.answer), said);
  return said;
});

await table.call("models.list", async () => {
  const ids = [];
  for await (const m of client.models.list()) ids.push(m.id);
  return must(ids.includes(model) && ids, ids);
});

await table.call("errors", async () => {
  const fault = await fails(() => client.messages.create({ model: "none", messages, max_tokens: 1 }));
  must(fault instanceof Anthropic.NotFoundError && fault.error.error.type === "not_found_error", fault);
  return fault.message;
});

table.end();

// OpenAI's TypeScript client against BASE_URL MODEL.
import OpenAI from "openai";
import { Table, answer, fails, must, weather } from "./table.mjs";

const [base, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base + "/v1", apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Is Seoul in Korea?" }];
const table = new Table("openai (TypeScript)");

await table.call("models.list", async () => {
  const ids = (await client.models.list()).data.map((m) => m.id);
  return must(ids.includes(model) && ids, ids);
});

let whole = "";
await table.call("chat.completions", async () => {
  const r = await client.chat.completions.create({ model, messages, max_tokens: 8, temperature: 0 });
  whole = r.choices[0].message.content;
  must(r.usage.completion_tokens > 0, r);
  return must(whole, r);
});

await table.call("chat.completions stream equals whole", async () => {
  let text = "";
  for await (const c of await client.chat.completions.create({ model, messages, max_tokens: 8, temperature: 0, stream: true }))
    text += c.choices[0]?.delta?.content ?? "";
  must(text === whole, [text, whole]);
  return text;
});

await table.call("chat.completions json_schema", async () => {
  const r = await client.chat.completions.create({ model, messages, max_tokens: 64,
    response_format: { type: "json_schema", json_schema: { name: "a", schema: answer, strict: true } } });
  const said = JSON.parse(r.choices[0].message.content);
  must(["yes", "no"].includes(said.answer), said);
  return said;
});

await table.call("chat.completions tools required", async () => {
  const r = await client.chat.completions.create({ model, messages, max_tokens: 64, tool_choice: "required",
    tools: [{ type: "function", function: { name: "weather", parameters: weather } }] });
  const made = r.choices[0].message.tool_calls[0].function;
  must(["Seoul", "Busan"].includes(JSON.parse(made.arguments).city), made);
  return made;
});

await table.call("completions", async () => (await client.completions.create({ model, prompt: "Seoul is", max_tokens: 6 })).choices[0].text);

await table.call("errors", async () => {
  const fault = await fails(() => client.chat.completions.create({ model: "none", messages }));
  must(fault.status === 404 && fault instanceof OpenAI.NotFoundError, fault);
  return fault.code;
});

table.end();

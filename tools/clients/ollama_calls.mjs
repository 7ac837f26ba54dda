// Ollama's JavaScript client against BASE_URL MODEL.
import { Ollama } from "ollama";
import { Table, answer, fails, must } from "./table.mjs";

const [base, model] = process.argv.slice(2);
const client = new Ollama({ host: base });
const messages = [{ role: "user", content: "Is Seoul in Korea?" }];
const options = { num_predict: 8, temperature: 0 };
const table = new Table("ollama (JavaScript)");

await table.call("version, list, show, ps", async () => {
  const { models } = await client.list();
  must(models.some((m) => m.model === model), models);
  const shown = await client.show({ model });
  must(shown.capabilities.includes("completion") && shown.model_info, shown);
  await client.ps();
  return (await client.version()).version;
});

let whole = "";
await table.call("chat", async () => {
  const r = await client.chat({ model, messages, options });
  whole = r.message.content;
  must(whole && r.done && r.eval_count > 0, r);
  return whole;
});

await table.call("chat stream equals whole", async () => {
  let text = "", last;
  for await (const line of await client.chat({ model, messages, options, stream: true })) { text += line.message.content; last = line; }
  must(text === whole && last.done, [text, whole]);
  return text;
});

await table.call("generate", async () => (await client.generate({ model, prompt: "Is Seoul in Korea?", options })).response);

await table.call("chat format: a schema", async () => {
  const said = JSON.parse((await client.chat({ model, messages, format: answer, options: { num_predict: 64 } })).message.content);
  must(["yes", "no"].includes(said.answer), said);
  return said;
});

await table.call("abort", async () => {
  const stream = await client.chat({ model, messages, stream: true });
  setTimeout(() => stream.abort(), 200);
  const fault = await fails(async () => { for await (const _ of stream); throw new Error("it ended by itself"); });
  return fault.name;
});

await table.call("errors", async () => {
  must((await fails(() => client.chat({ model: "none", messages }))).status_code === 404, "none");
  const fault = await fails(() => client.pull({ model: "llama3" }));
  must(fault.message.includes("exaone pull"), fault);
  return fault.message;
});

table.end();

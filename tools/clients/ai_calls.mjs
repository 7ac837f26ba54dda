// Vercel's AI SDK with its OpenAI-compatible provider against BASE_URL MODEL.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, jsonSchema, streamText, tool } from "ai";
import { Table, answer, fails, must, weather } from "./table.mjs";

const [base, name] = process.argv.slice(2);
const provider = createOpenAICompatible({ name: "exaone", baseURL: base + "/v1", apiKey: "none", includeUsage: true, supportsStructuredOutputs: true });
const model = provider(name);
const prompt = "Is Seoul in Korea?";
const short = { model, prompt, maxOutputTokens: 8, temperature: 0, maxRetries: 0 };
const table = new Table("Vercel AI SDK");

let whole = "";
await table.call("generateText", async () => {
  const r = await generateText(short);
  whole = r.text;
  must(whole && r.usage.outputTokens > 0, r.usage);
  return whole;
});

await table.call("streamText equals whole", async () => {
  const r = streamText(short);
  let text = "";
  for await (const piece of r.textStream) text += piece;
  must(text === whole && (await r.usage).outputTokens > 0, [text, whole]);
  return text;
});

await table.call("generateObject", async () => {
  const { object } = await generateObject({ model, prompt, schema: jsonSchema(answer), maxOutputTokens: 64, maxRetries: 0 });
  must(["yes", "no"].includes(object.answer), object);
  return object;
});

await table.call("tools, required", async () => {
  const r = await generateText({ model, prompt, maxOutputTokens: 64, maxRetries: 0, toolChoice: "required",
    tools: { weather: tool({ description: "the weather", inputSchema: jsonSchema(weather) }) } });
  must(["Seoul", "Busan"].includes(r.toolCalls[0].input.city), r.toolCalls);
  return r.toolCalls[0].input;
});

await table.call("streamText with tools", async () => {
  const r = streamText({ model, prompt, maxOutputTokens: 64, maxRetries: 0, toolChoice: "required",
    tools: { weather: tool({ description: "the weather", inputSchema: jsonSchema(weather) }) } });
  const calls = [];
  for await (const part of r.fullStream) if (part.type === "tool-call") calls.push(part.input);
  must(["Seoul", "Busan"].includes(calls[0]?.city), calls);
  return calls;
});

await table.call("errors", async () => {
  const fault = await fails(() => generateText({ ...short, model: provider("none") }));
  must(fault.statusCode === 404, fault);
  return fault.message;
});

table.end();

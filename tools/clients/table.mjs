// A table of calls: what was called, whether it went well, and what came of it.

export class Table {
  constructor(client) { Object.assign(this, { client, passed: 0, failed: 0 }); }

  // call runs one row. A call that fails does not stop the others.
  async call(name, work) {
    const began = Date.now();
    let detail, good = true;
    try { detail = await work(); } catch (fault) { good = false; detail = String(fault); console.error(fault); }
    good ? this.passed++ : this.failed++;
    const shown = (typeof detail === "string" ? detail : JSON.stringify(detail) ?? "").replace(/\s+/g, " ").slice(0, 90);
    const took = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
    console.log(`${good ? "pass" : "FAIL"} | ${this.client.padEnd(22)} | ${name.padEnd(34)} | ${took} s | ${shown}`);
  }

  end() {
    console.log(`sum  | ${this.client.padEnd(22)} | ${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed > 0 ? 1 : 0);
  }
}

export function must(truth, detail) { if (!truth) throw new Error(`not so: ${JSON.stringify(detail)}`); return detail; }

export async function fails(work) {
  try { await work(); } catch (fault) { return fault; }
  throw new Error("no error");
}

export const weather = {
  type: "object", properties: { city: { type: "string", enum: ["Seoul", "Busan"] } }, required: ["city"], additionalProperties: false,
};
export const answer = {
  type: "object", properties: { answer: { type: "string", enum: ["yes", "no"] }, sure: { type: "boolean" } },
  required: ["answer", "sure"], additionalProperties: false,
};

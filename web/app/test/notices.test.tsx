import { renderToStaticMarkup } from "react-dom/server";
import { beforeEach, describe, expect, test } from "vitest";
import type { Session, Status } from "../src/api";
import { Notices } from "../src/models/notices";
import { models } from "../src/models/state";
import { session } from "../src/session";

const here = (status: Partial<Status>, password: boolean, may = ["models.manage"]) => {
  models.set({ status: { state: "none", model: "", notes: [], pulls: [], ...status } as unknown as Status });
  session.set({ session: { person: { id: "p", name: "", login: "", password }, may, announcements: [] } as unknown as Session });
};
const html = () => renderToStaticMarkup(<Notices fresh />);
const parts = () => html().split("<li>").slice(1);

describe("what is missing on a fresh start", () => {
  beforeEach(() => localStorage.removeItem("closed"));
  test("is one notice, with what to do beside each, and a password can be done without", () => {
    here({}, false);
    expect(html().match(/class="notice /g)).toHaveLength(1);
    const [model = "", password = ""] = parts();
    expect(model).toMatch(/model_missing.*<button type="button" class="link-button">models<\/button>/s);
    expect(model).not.toContain('aria-label="close"');
    expect(password).toMatch(/password_missing.*<button type="button" class="link-button">password_set<\/button>.*aria-label="close"/s);
  });
  test("is not there once it is", () => {
    here({ state: "ready", model: "m" } as Partial<Status>, true);
    expect(html()).not.toContain("class=\"notice");
    here({}, true);
    expect(parts()).toHaveLength(1);
    here({}, false);
    localStorage.setItem("closed", '["password:p"]');
    expect(html()).not.toContain("password_missing");
    expect(parts()).toHaveLength(1);
  });
  test("is said to who cannot bring a model, too, and why the server has none", () => {
    here({ notes: [{ code: "serve_no_model", text: "no" }, { code: "disk_full", text: "the disk is full" }] } as Partial<Status>, true, []);
    expect(html()).toContain("no_model_ask");
    expect(html()).not.toContain("link-button");
    expect(html()).toMatch(/notice-why">the disk is full</);
  });
});

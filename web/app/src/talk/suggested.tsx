import { useEffect } from "react";
import { loadCollections, useShelf } from "../documents/shelf";
import { Button } from "../parts/button";
import { useText } from "../text";
import { insertText } from "./composer";
import { say, thread } from "./thread";

// How the collection that the program begins with is called, in whatever language the server was started.
const examples = ["예제 자료", "Examples"];

// Our documents are in Korean, and so is what is asked of them.
const question = "출장 여비는 언제까지 정산해야 하나요?";

/** Suggested are first questions for who does not know what to ask. The first asks documents at once: one click shows an answer with its proof, without any model. */
export function Suggested() {
  const t = useText();
  const ours = useShelf((s) => s.collections.some((c) => examples.includes(c.name) && (c.documents ?? 0) > 0));
  useEffect(() => { void loadCollections(); }, []);
  const ask = () => { thread.set({ mode: "documents" }); void say(question); };
  return (
    <div className="examples">
      {ours && <Button icon="book" onClick={ask} className="example" data-example="documents">{t("example_documents")}</Button>}
      {(ours ? ["1", "2", "3"] : ["1", "2", "3", "4"]).map((n) => (
        <Button key={n} onClick={() => insertText(t("example_" + n), true)} className="example">{t("example_" + n)}</Button>
      ))}
    </div>
  );
}

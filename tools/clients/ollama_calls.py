"""Ollama's Python client against BASE_URL MODEL."""

import json
import sys

import ollama

from table import ANSWER, Table, raises

base, model = sys.argv[1:3]
client = ollama.Client(host=base)
ask = [{"role": "user", "content": "Is Seoul in Korea?"}]
short = {"num_predict": 8, "temperature": 0}
call = Table("ollama (Python)")


@call("list, show, ps")
def _():
    names = [m.model for m in client.list().models]
    assert model in names
    shown = client.show(model)
    assert "completion" in shown.capabilities and shown.details.format
    client.ps()
    return names, shown.details


@call("generate")
def _():
    r = client.generate(model, "Is Seoul in Korea?", system="Answer shortly.", options=short)
    assert r.response and r.done and r.done_reason in ("stop", "length") and r.eval_count > 0 and r.prompt_eval_count > 0
    assert r.total_duration >= r.prompt_eval_duration + r.eval_duration > 0
    return r.response


@call("generate stream equals whole")
def _():
    whole = client.generate(model, "Is Seoul in Korea?", options=short).response
    lines = list(client.generate(model, "Is Seoul in Korea?", options=short, stream=True))
    assert "".join(x.response for x in lines) == whole and lines[-1].done and not any(x.done for x in lines[:-1])
    return whole


@call("generate raw")
def _():
    return client.generate(model, "Seoul is", raw=True, options=short).response


@call("chat")
def _():
    r = client.chat(model, ask, options=short, keep_alive="5m")
    assert r.message.role == "assistant" and r.message.content
    return r.message.content


@call("chat stream equals whole")
def _():
    whole = client.chat(model, ask, options=short).message.content
    assert "".join(x.message.content for x in client.chat(model, ask, options=short, stream=True)) == whole
    return whole


@call("chat logprobs")
def _():
    r = client.chat(model, ask, options=short, logprobs=True, top_logprobs=2)
    assert len(r.logprobs) == r.eval_count and len(r.logprobs[0].top_logprobs) == 2
    return r.logprobs[0].token


@call("chat format: a schema, and json")
def _():
    said = json.loads(client.chat(model, ask, format=ANSWER, options={"num_predict": 64}).message.content)
    assert said["answer"] in ("yes", "no")
    assert isinstance(json.loads(client.chat(model, ask, format="json", options={"num_predict": 96}).message.content), dict)
    return said


@call("chat tools")
def _():
    def weather(city: str) -> str:
        """The weather of a city.

        Args:
          city: Its name
        """
        return "sunny"

    r = client.chat(model, [{"role": "user", "content": "What is the weather in Seoul?"}], tools=[weather], options={"num_predict": 48, "temperature": 0})
    made = r.message.tool_calls or []
    talk = ask + [r.message, {"role": "tool", "tool_name": "weather", "content": "sunny"}]
    client.chat(model, talk, tools=[weather], options=short)
    return [c.function for c in made] or r.message.content


@call("embed, embeddings")
def _():
    embedders = [m.model for m in client.list().models if "embedding" in client.show(m.model).capabilities]
    if not embedders:
        return raises(ollama.ResponseError, lambda: client.embed(model, "a")).error
    r = client.embed(embedders[0], ["Seoul", "서울"])
    one = client.embeddings(embedders[0], "Seoul").embedding
    assert len(r.embeddings) == 2 and len(r.embeddings[0]) == len(one) and abs(sum(x * x for x in r.embeddings[0]) - 1) < 1e-3
    return embedders[0], len(one)


@call("load and unload")
def _():
    assert client.generate(model, "").done_reason == "load"
    assert model in [m.model for m in client.ps().models]
    assert client.generate(model, "", keep_alive=0).done_reason == "unload"
    return client.chat(model, ask, options=short, keep_alive=-1).message.content


@call("errors")
def _():
    assert raises(ollama.ResponseError, lambda: client.chat("none", ask)).status_code == 404
    assert "exaone pull" in raises(ollama.ResponseError, lambda: client.pull("llama3")).error
    assert "images" in raises(ollama.ResponseError, lambda: client.generate(model, "a", images=[b"hi"])).error
    return raises(ollama.ResponseError, lambda: client.generate(model, "a", options={"num_ctx": 1})).error


call.end()

"""OpenAI's Python client against BASE_URL MODEL."""

import json
import sys

import openai

from table import ANSWER, WEATHER, Table, raises

base, model = sys.argv[1:3]
client = openai.OpenAI(base_url=base + "/v1", api_key="none", max_retries=0)
ask = [{"role": "user", "content": "Is Seoul in Korea?"}]
call = Table("openai (Python)")


@call("models.list, retrieve")
def _():
    assert client.models.retrieve(model).id == model
    return [m.id for m in client.models.list()]


@call("chat.completions")
def _():
    r = client.chat.completions.create(model=model, messages=ask, max_tokens=8, temperature=0)
    assert r.choices[0].message.content and r.usage.total_tokens > r.usage.prompt_tokens
    return r.choices[0].message.content


@call("chat.completions stream, usage")
def _():
    text, usage = "", None
    for c in client.chat.completions.create(
        model=model, messages=ask, max_tokens=8, temperature=0, stream=True, stream_options={"include_usage": True}
    ):
        usage = c.usage or usage
        text += "".join(x.delta.content or "" for x in c.choices)
    assert text and usage.completion_tokens > 0
    return text


@call("chat.completions json_schema")
def _():
    r = client.chat.completions.create(
        model=model, messages=ask, max_tokens=64,
        response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": ANSWER, "strict": True}})
    said = json.loads(r.choices[0].message.content)
    assert set(said) == {"answer", "sure"} and said["answer"] in ("yes", "no")
    return said


@call("chat.completions tools required")
def _():
    tools = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]
    r = client.chat.completions.create(model=model, messages=ask, tools=tools, tool_choice="required", max_tokens=64)
    made = r.choices[0].message.tool_calls[0]
    assert made.function.name == "weather" and json.loads(made.function.arguments)["city"] in ("Seoul", "Busan")
    assert r.choices[0].finish_reason == "tool_calls"
    after = ask + [r.choices[0].message, {"role": "tool", "tool_call_id": made.id, "content": "sunny"}]
    r = client.chat.completions.create(model=model, messages=after, tools=tools, tool_choice="none", max_tokens=8)
    assert r.choices[0].message.content
    return made.function.arguments


@call("completions")
def _():
    return client.completions.create(model=model, prompt="Seoul is", max_tokens=6, temperature=0).choices[0].text


@call("responses, stream equals whole")
def _():
    whole = client.responses.create(model=model, input="Is Seoul in Korea?", max_output_tokens=16, temperature=0).output_text
    with client.responses.stream(model=model, input="Is Seoul in Korea?", max_output_tokens=16, temperature=0) as stream:
        text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
    assert whole and text == whole, (whole, text)
    return whole


@call("embeddings")
def _():
    embedders = [m.id for m in client.models.list() if "embedding" in m.capabilities]
    if not embedders:
        return raises(openai.APIStatusError, lambda: client.embeddings.create(model=model, input="a")).message
    r = client.embeddings.create(model=embedders[0], input=["Seoul", "서울"])
    assert len(r.data) == 2 and r.usage.total_tokens > 0
    return embedders[0], len(r.data[0].embedding)


@call("errors")
def _():
    raises(openai.NotFoundError, lambda: client.chat.completions.create(model="none", messages=ask))
    return raises(openai.BadRequestError, lambda: client.chat.completions.create(model=model, messages=ask, temperature=9)).code


call.end()

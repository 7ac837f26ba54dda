"""Anthropic's Python client against BASE_URL MODEL."""

import json
import sys

import anthropic

from table import ANSWER, WEATHER, Table, raises

base, model = sys.argv[1:3]
client = anthropic.Anthropic(base_url=base, api_key="none", max_retries=0)
ask = [{"role": "user", "content": "Is Seoul in Korea?"}]
tools = [{"name": "weather", "description": "the weather of a city", "input_schema": WEATHER}]
greedy = {"temperature": 0}  # newer versions of the client have no argument for it; the API has
call = Table("anthropic (Python)")


@call("messages.create")
def _():
    r = client.messages.create(model=model, max_tokens=8, system="Answer shortly.", messages=ask, stop_sequences=["\n\n\n"], extra_body=greedy)
    assert r.content[0].type == "text" and r.stop_reason in ("end_turn", "max_tokens") and r.usage.output_tokens > 0 and r._request_id
    return r.content[0].text


@call("messages.stream equals whole")
def _():
    whole = client.messages.create(model=model, max_tokens=8, messages=ask, extra_body=greedy)
    kinds = []
    with client.messages.stream(model=model, max_tokens=8, messages=ask, extra_body=greedy) as stream:
        for event in stream:
            kinds.append(event.type)
        final = stream.get_final_message()
    assert final.content[0].text == whole.content[0].text and final.stop_reason == whole.stop_reason, (final, whole)
    assert kinds[0] == "message_start" and kinds[-1] == "message_stop" and "content_block_delta" in kinds
    assert final.usage.output_tokens == whole.usage.output_tokens
    return final.content[0].text


@call("messages.create stream, raw events")
def _():
    starts = [e for e in client.messages.create(model=model, max_tokens=4, messages=ask, stream=True) if e.type == "message_start"]
    counted = client.messages.count_tokens(model=model, messages=ask).input_tokens
    assert len(starts) == 1 and starts[0].message.usage.input_tokens == counted, (starts, counted)
    return counted


@call("messages.count_tokens is exact")
def _():
    r = client.messages.create(model=model, max_tokens=1, system="Answer shortly.", messages=ask)
    n = client.messages.count_tokens(model=model, system="Answer shortly.", messages=ask).input_tokens
    read = r.usage.input_tokens + r.usage.cache_read_input_tokens
    assert n == read, (n, read)
    return n


@call("stop_sequences")
def _():
    whole = client.messages.create(model=model, max_tokens=8, messages=ask, extra_body=greedy).content[0].text
    word = whole[len(whole) // 2 :].strip()[:3]
    r = client.messages.create(model=model, max_tokens=8, messages=ask, stop_sequences=[word], extra_body=greedy)
    assert r.stop_reason == "stop_sequence" and r.stop_sequence == word, (whole, r)
    return word


@call("tools: any, stream, result")
def _():
    with client.messages.stream(model=model, max_tokens=64, tools=tools, tool_choice={"type": "any"}, messages=ask) as stream:
        r = stream.get_final_message()
    used = [b for b in r.content if b.type == "tool_use"]
    assert r.stop_reason == "tool_use" and used[0].name == "weather" and used[0].input["city"] in ("Seoul", "Busan"), r
    after = ask + [
        {"role": "assistant", "content": r.content},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": b.id, "content": "sunny"} for b in used]},
    ]
    r = client.messages.create(model=model, max_tokens=8, tools=tools, tool_choice={"type": "none"}, messages=after)
    assert r.content[0].type == "text", r
    return used[0].input


@call("tools: one, by name")
def _():
    r = client.messages.create(
        model=model, max_tokens=64, tools=tools, messages=ask,
        tool_choice={"type": "tool", "name": "weather", "disable_parallel_tool_use": True})
    assert [b.type for b in r.content] == ["tool_use"], r
    return r.content[0].input


@call("output_config json_schema")
def _():
    r = client.messages.create(
        model=model, max_tokens=64, messages=ask, output_config={"format": {"type": "json_schema", "schema": ANSWER}})
    said = json.loads(r.content[0].text)
    assert said["answer"] in ("yes", "no") and isinstance(said["sure"], bool)
    return said


@call("models.list, retrieve")
def _():
    assert client.models.retrieve(model).type == "model"
    return [m.id for m in client.models.list(limit=5)]


@call("errors")
def _():
    raises(anthropic.NotFoundError, lambda: client.messages.create(model="none", max_tokens=1, messages=ask))
    picture = [{"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}]}]
    raises(anthropic.BadRequestError, lambda: client.messages.create(model=model, max_tokens=1, messages=picture))
    fault = raises(anthropic.BadRequestError, lambda: client.messages.create(model=model, max_tokens=20_000, messages=ask))
    assert fault.body["error"]["type"] == "invalid_request_error" and "window" in fault.message, fault.body
    return fault.message


call.end()

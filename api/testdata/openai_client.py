"""Calls a server with the official client, unmodified, and prints a line for each call that went well.

usage: openai_client.py BASE_URL MODEL [EMBEDDER]

It works with any model that keeps to schemas: what it checks is the form of replies, not what they say.
"""

import sys

import openai
from pydantic import BaseModel


class Forecast(BaseModel):
    """Says what the weather will be."""

    city: str
    days: int


question = [{"role": "user", "content": "안녕?"}]


def done(what: str, detail: object) -> None:
    print(f"ok {what}: {detail}")


def main(base_url: str, model: str, embedder: str = "") -> None:
    client = openai.OpenAI(base_url=base_url, api_key="none", max_retries=0)

    models = client.models.list().data
    assert model in [m.id for m in models], models
    done("models.list", [m.id for m in models])
    assert client.models.retrieve(model).id == model
    done("models.retrieve", model)

    reply = client.chat.completions.create(model=model, messages=question, max_tokens=8, seed=1, n=2, stop=["\n\n"])
    assert len(reply.choices) == 2 and reply.usage.total_tokens > reply.usage.prompt_tokens > 0
    assert reply.usage.prompt_tokens_details.cached_tokens >= 0
    done("chat", (reply.choices[0].message.content, reply.choices[0].finish_reason))

    reply = client.chat.completions.create(model=model, messages=question, max_tokens=4, temperature=0, logprobs=True, top_logprobs=2)
    tokens = reply.choices[0].logprobs.content
    assert tokens and all(len(t.top_logprobs) == 2 and t.logprob <= 0 and bytes(t.bytes) for t in tokens)
    whole = b"".join(bytes(t.bytes) for t in tokens).decode(errors="replace")
    done("chat logprobs", whole)

    text, usage, finish = "", None, None
    stream = client.chat.completions.create(
        model=model, messages=question, max_tokens=4, temperature=0, stream=True, stream_options={"include_usage": True})
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
    assert text == reply.choices[0].message.content, (text, reply)
    assert finish == reply.choices[0].finish_reason and usage.completion_tokens == reply.usage.completion_tokens
    done("chat stream equals whole", text)

    with client.chat.completions.stream(model=model, messages=question, max_tokens=4, temperature=0) as events:
        try:
            final = events.get_final_completion()
        except openai.LengthFinishReasonError as cut:  # the helper's way to say that max_tokens came first
            final = cut.completion
    assert final.choices[0].message.content == text
    done("chat stream helper", final.choices[0].finish_reason)

    reply = client.completions.create(model=model, prompt="가나다", max_tokens=4, temperature=0)
    assert reply.choices[0].text
    done("completions", reply.choices[0].text)
    pieces = "".join(c.choices[0].text for c in client.completions.create(
        model=model, prompt="가나다", max_tokens=4, temperature=0, stream=True))
    assert pieces == reply.choices[0].text
    done("completions stream equals whole", pieces)

    echo = client.completions.create(model=model, prompt="가나다", max_tokens=0, echo=True, logprobs=1)
    told = echo.choices[0].logprobs
    assert echo.choices[0].text == "가나다" or echo.choices[0].text.endswith("가나다"), echo
    assert told.token_logprobs[0] is None and all(v <= 0 for v in told.token_logprobs[1:])
    assert len(told.tokens) == len(told.token_logprobs) == len(told.top_logprobs) == len(told.text_offset)
    assert told.text_offset == sorted(told.text_offset) and max(told.text_offset) <= len(echo.choices[0].text)
    done("completions echo", list(zip(told.tokens, told.token_logprobs, told.text_offset)))

    several = client.completions.create(model=model, prompt=["하나", "둘"], max_tokens=2)
    assert [c.index for c in several.choices] == [0, 1]
    ids = client.completions.create(model=model, prompt=[[1, 2, 3], [4, 5]], max_tokens=1, echo=True, logprobs=1)
    assert len(ids.choices) == 2 and len(ids.choices[0].logprobs.tokens) == 4
    done("completions lists", [c.text for c in ids.choices])

    tools(client, model)
    responses(client, model)
    if embedder:
        embeddings(client, embedder)

    for kind, call in {
        openai.NotFoundError: lambda: client.models.retrieve("no-such-model"),
        openai.BadRequestError: lambda: client.chat.completions.create(model=model, messages=question, temperature=9),
        openai.APIStatusError: lambda: client.responses.create(
            model=model, input="안녕?", previous_response_id="resp_1"),
    }.items():
        try:
            call()
        except kind as err:
            assert err.code and err.body["message"], err
            done(type(err).__name__, (err.code, err.param))
        else:
            raise AssertionError(f"no {kind}")


def tools(client: openai.OpenAI, model: str) -> None:
    """Calls of functions and answers of a form, whole and streamed."""
    forecast = openai.pydantic_function_tool(Forecast)
    must = dict(model=model, messages=question, tools=[forecast], parallel_tool_calls=False, temperature=0, max_tokens=200)

    reply = client.chat.completions.create(tool_choice="required", **must)
    calls = reply.choices[0].message.tool_calls
    assert len(calls) == 1 and calls[0].id and calls[0].function.name == "Forecast", reply
    assert reply.choices[0].finish_reason == "tool_calls" and reply.choices[0].message.content is None, reply
    Forecast.model_validate_json(calls[0].function.arguments)
    done("chat tools", calls[0].function.arguments)

    named = client.chat.completions.create(tool_choice={"type": "function", "function": {"name": "Forecast"}}, **must)
    assert named.choices[0].message.tool_calls[0].function.name == "Forecast"
    none = client.chat.completions.create(tool_choice="none", **must)
    assert not none.choices[0].message.tool_calls
    done("chat tool_choice", (named.choices[0].finish_reason, none.choices[0].finish_reason))

    name, arguments, pieces = "", "", 0
    for chunk in client.chat.completions.create(tool_choice="required", stream=True, **must):
        for call in chunk.choices[0].delta.tool_calls or []:
            assert call.index == 0
            name += call.function.name or ""
            arguments += call.function.arguments or ""
            pieces += 1
    assert (name, arguments) == ("Forecast", calls[0].function.arguments) and pieces > 1, (name, arguments)
    done("chat tools stream equals whole", pieces)

    with client.chat.completions.stream(tool_choice="required", **must) as events:
        kinds = [e.type for e in events]
        final = events.get_final_completion()
    assert "tool_calls.function.arguments.delta" in kinds and kinds.count("tool_calls.function.arguments.done") == 1
    assert isinstance(final.choices[0].message.tool_calls[0].function.parsed_arguments, Forecast)
    done("chat tools stream helper", final.choices[0].message.tool_calls[0].function.parsed_arguments)

    answered = question + [
        reply.choices[0].message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": calls[0].id, "content": "맑음"},
    ]
    after = client.chat.completions.create(model=model, messages=answered, tools=[forecast], tool_choice="none", max_tokens=4)
    done("chat after a tool", after.choices[0].message.content)

    parsed = client.chat.completions.parse(model=model, messages=question, response_format=Forecast, temperature=0, max_tokens=200)
    assert isinstance(parsed.choices[0].message.parsed, Forecast)
    done("chat parse", parsed.choices[0].message.parsed)


def responses(client: openai.OpenAI, model: str) -> None:
    """The interface that is to follow chat completions."""
    ask = dict(model=model, input="안녕?", instructions="짧게", temperature=0, max_output_tokens=8)
    whole = client.responses.create(**ask)
    assert whole.output_text and whole.status in ("completed", "incomplete") and whole.usage.total_tokens > 0, whole
    done("responses", whole.output_text)

    text, kinds = "", []
    for event in client.responses.create(stream=True, **ask):
        assert event.sequence_number == len(kinds)
        kinds.append(event.type)
        if event.type == "response.output_text.delta":
            text += event.delta
    assert text == whole.output_text and kinds[:2] == ["response.created", "response.in_progress"], kinds
    assert kinds[-1] == "response." + whole.status, kinds
    done("responses stream equals whole", len(kinds))

    parsed = client.responses.parse(model=model, input="안녕?", text_format=Forecast, temperature=0, max_output_tokens=200)
    assert isinstance(parsed.output_parsed, Forecast)
    done("responses parse", parsed.output_parsed)

    tool = openai.pydantic_function_tool(Forecast)
    must = dict(model=model, input=question, tools=[tool], tool_choice="required", parallel_tool_calls=False, temperature=0, max_output_tokens=200)
    with client.responses.stream(**must) as events:
        kinds = [e.type for e in events]
        called = events.get_final_response()
    call = called.output[0]
    assert call.type == "function_call" and isinstance(call.parsed_arguments, Forecast), called
    assert "response.function_call_arguments.done" in kinds, kinds
    done("responses tools stream helper", call.parsed_arguments)

    sent = question + [item.model_dump(exclude={"parsed_arguments"}, exclude_none=True) for item in called.output]
    sent.append({"type": "function_call_output", "call_id": call.call_id, "output": "맑음"})
    after = client.responses.create(model=model, input=sent, max_output_tokens=8)
    done("responses after a tool", after.output_text)


def embeddings(client: openai.OpenAI, model: str) -> None:
    """Vectors, in the form that the client asks for by itself (base64) and as numbers."""
    packed = client.embeddings.create(model=model, input=["하나", "둘셋"])
    plain = client.embeddings.create(model=model, input=["하나", "둘셋"], encoding_format="float")
    assert len(packed.data) == 2 and [d.index for d in packed.data] == [0, 1]
    for a, b in zip(packed.data, plain.data):
        assert len(a.embedding) == len(b.embedding) and all(abs(x - y) < 1e-6 for x, y in zip(a.embedding, b.embedding))
    assert packed.usage.prompt_tokens > 0
    done("embeddings", len(packed.data[0].embedding))


if __name__ == "__main__":
    main(*sys.argv[1:])

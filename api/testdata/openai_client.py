"""Calls a server with the official client, unmodified, and prints a line for each call that went well.

usage: openai_client.py BASE_URL MODEL

It works with any model: what it checks is the form of replies, not what they say.
"""

import sys

import openai


def main(base_url: str, model: str) -> None:
    client = openai.OpenAI(base_url=base_url, api_key="none", max_retries=0)
    question = [{"role": "user", "content": "안녕?"}]

    def done(what: str, detail: object) -> None:
        print(f"ok {what}: {detail}")

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

    for kind, call in {
        openai.NotFoundError: lambda: client.models.retrieve("no-such-model"),
        openai.BadRequestError: lambda: client.chat.completions.create(model=model, messages=question, temperature=9),
    }.items():
        try:
            call()
        except kind as err:
            assert err.code and err.body["message"], err
            done(kind.__name__, (err.code, err.param))
        else:
            raise AssertionError(f"no {kind.__name__}")


if __name__ == "__main__":
    main(*sys.argv[1:])

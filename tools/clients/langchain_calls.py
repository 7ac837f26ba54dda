"""LangChain's ChatOpenAI against BASE_URL MODEL."""

import sys

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from table import Table

base, model = sys.argv[1:3]
chat = ChatOpenAI(model=model, base_url=base + "/v1", api_key="none", temperature=0, max_tokens=64, max_retries=0)
ask = [SystemMessage("Answer shortly."), HumanMessage("Is Seoul in Korea?")]
call = Table("langchain-openai")


@call("invoke")
def _():
    r = chat.invoke(ask)
    assert r.content and r.usage_metadata["input_tokens"] > 0
    return r.content


@call("stream equals invoke")
def _():
    text = "".join(c.content for c in chat.stream(ask))
    assert text == chat.invoke(ask).content
    return text


@call("batch")
def _():
    return len(chat.batch([ask, ask], config={"max_concurrency": 2}))


class Answer(BaseModel):
    answer: bool


@call("with_structured_output json_schema")
def _():
    r = chat.with_structured_output(Answer, method="json_schema").invoke(ask)
    assert isinstance(r, Answer)
    return r


@call("bind_tools, required")
def _():
    def weather(city: str) -> str:
        """The weather of a city."""
        return "sunny"

    r = chat.bind_tools([weather], tool_choice="required").invoke(ask)
    assert r.tool_calls[0]["name"] == "weather" and "city" in r.tool_calls[0]["args"], r
    return r.tool_calls[0]["args"]


call.end()

"""LiteLLM against BASE_URL MODEL, by OpenAI's, Ollama's and Anthropic's dialects."""

import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # it would ask the network for prices

import litellm

from table import Table

base, model = sys.argv[1:3]
litellm.telemetry, litellm.suppress_debug_info = False, True
ask = [{"role": "user", "content": "Is Seoul in Korea?"}]
call = Table("litellm")

WAYS = {
    "openai": dict(model="openai/" + model, api_base=base + "/v1", api_key="none"),
    "ollama_chat": dict(model="ollama_chat/" + model, api_base=base),
    "ollama": dict(model="ollama/" + model, api_base=base),
    "anthropic": dict(model="anthropic/" + model, api_base=base, api_key="none"),
}

for name, way in WAYS.items():

    @call(f"completion by {name}")
    def _():
        r = litellm.completion(messages=ask, max_tokens=8, temperature=0, **way)
        assert r.choices[0].message.content and r.usage.prompt_tokens > 0
        return r.choices[0].message.content

    @call(f"stream by {name}")
    def _():
        text = "".join(c.choices[0].delta.content or "" for c in litellm.completion(messages=ask, max_tokens=8, temperature=0, stream=True, **way))
        assert text
        return text


call.end()

"""Simon Willison's llm, the program, against BASE_URL MODEL: a model of its own configuration file."""

import os
import pathlib
import subprocess
import sys
import tempfile

from table import Table

base, model = sys.argv[1:3]
call = Table("llm")

with tempfile.TemporaryDirectory() as home:
    pathlib.Path(home, "extra-openai-models.yaml").write_text(
        f"- model_id: here\n  model_name: {model}\n  api_base: {base}/v1\n  supports_schema: true\n  supports_tools: true\n")
    env = os.environ | {"LLM_USER_PATH": home, "OPENAI_API_KEY": "none"}

    def llm(*args):
        done = subprocess.run([sys.executable, "-m", "llm", *args], env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @call("prompt, streaming")
    def _():
        text = llm("-m", "here", "-o", "max_tokens", "8", "Is Seoul in Korea?")
        assert text
        return text

    @call("prompt with a system prompt")
    def _():
        text = llm("-m", "here", "--no-stream", "-o", "max_tokens", "8", "-o", "temperature", "0", "-s", "Answer shortly.", "Is Seoul in Korea?")
        assert text
        return text

    @call("going on (-c)")
    def _():
        return llm("-m", "here", "-c", "-o", "max_tokens", "8", "Why?")

    @call("schema")
    def _():
        return llm("-m", "here", "--schema", "sure bool", "-o", "max_tokens", "32", "Is Seoul in Korea?")

call.end()

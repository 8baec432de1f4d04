"""A language model in this process, through the library transformers."""

import threading
from collections.abc import Iterator
from queue import Empty
from typing import Any, Final

import torch
from jinja2 import TemplateError
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    StoppingCriteria,
    StoppingCriteriaList,
    TextIteratorStreamer,
)

from rag.answer.llm.base import End, Limits, Said
from rag.answer.llm.deadline import Clock
from rag.errors import BackendError, ModelError

__all__ = ["LocalChat"]

_TICK: Final = 0.25  # seconds
_HOLDS: Final = 4096  # tokens, where a model does not say


class LocalChat:
    """A causal model, safetensors only and without code of its own; it says one thing at a time."""

    def __init__(self, name: str, limits: Limits) -> None:
        """Load a folder or hub name; raises ModelError."""
        self.name = name
        self._limits = limits
        self._turn = threading.Lock()
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
            model: Any = AutoModelForCausalLM.from_pretrained(
                name, trust_remote_code=False, use_safetensors=True, dtype="auto"
            )
        except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
            raise ModelError(f"model {name!r} cannot be loaded: {error}".splitlines()[0]) from error
        if not self._tokenizer.chat_template:
            raise ModelError(f"model {name!r} has no chat template: choose one made for instructions")
        self._model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
        self._has_system = self._takes_a_system_message()

    @property
    def holds(self) -> int:
        """Return how many tokens the model can hold."""
        return int(getattr(self._model.config, "max_position_embeddings", None) or _HOLDS)

    def say(self, system: str, user: str) -> Said:
        """Answer a message, under instructions."""
        clock = Clock(self._limits.total)
        clock.allow(self._limits.first)
        prompt = self._tokens(system, user)
        while not self._turn.acquire(timeout=min(_TICK, clock.left())):
            yield ""
        run = _Run(self._model, self._tokenizer, prompt, self._limits.answer_tokens, self._turn)
        try:
            heard = 0
            for piece in run.pieces():
                if run.tokens > heard:
                    heard = run.tokens
                    clock.allow(self._limits.idle)
                clock.left()
                yield piece
        finally:
            run.leave()
        yield End(run.is_cut())

    def _tokens(self, system: str, user: str) -> Any:
        messages = [{"role": "user", "content": f"{system}\n\n{user}"}]
        if self._has_system:
            messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        tokens = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True, enable_thinking=False
        )
        return tokens.to(self._model.device)

    def _takes_a_system_message(self) -> bool:
        self._has_system = True
        try:
            self._tokens("", "")
        except TemplateError:
            return False
        return True


class _Run:
    """One generation, on a thread of its own that gives the turn back at its end."""

    def __init__(
        self, model: Any, tokenizer: Any, prompt: Any, answer_tokens: int, turn: threading.Lock
    ) -> None:
        self.tokens = 0
        self._left = threading.Event()
        self._failure: Exception | None = None
        self._last = 0
        self._ends = model.generation_config.eos_token_id
        self._most = answer_tokens
        self._streamer: Any = TextIteratorStreamer(
            tokenizer, skip_prompt=True, timeout=_TICK, skip_special_tokens=True
        )
        thread = threading.Thread(
            target=self._go, args=(model, prompt, turn), name="yinju-model", daemon=True
        )
        thread.start()

    def _go(self, model: Any, prompt: Any, turn: threading.Lock) -> None:
        try:
            made = model.generate(
                **prompt,
                streamer=self._streamer,
                stopping_criteria=StoppingCriteriaList([_Watch(self)]),
                max_new_tokens=self._most,
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
            )
            self._last = int(made[0, -1])
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            self._failure = error
        finally:
            turn.release()
            self._streamer.end()

    def pieces(self) -> Iterator[str]:
        """Yield text as it comes, empty text while waiting; raises BackendError."""
        while True:
            try:
                yield next(self._streamer)
            except Empty:
                yield ""
            except StopIteration:
                break
        if self._failure is not None:
            raise BackendError(f"the model failed: {type(self._failure).__name__}") from self._failure

    def is_cut(self) -> bool:
        """Tell whether the longest answer was reached before the model's own end."""
        ends = self._ends if isinstance(self._ends, list) else [self._ends]
        return self.tokens >= self._most and self._last not in ends

    def leave(self) -> None:
        """Stop at the next token."""
        self._left.set()

    def heard(self) -> bool:
        """Count a token; tell whether nobody listens any more."""
        self.tokens += 1
        return self._left.is_set()


class _Watch(StoppingCriteria):
    """Looks at a run at every token."""

    def __init__(self, run: _Run) -> None:
        self._run = run

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **_: Any) -> torch.BoolTensor:
        """Tell for each sequence whether to stop."""
        is_over = self._run.heard()
        return torch.full((input_ids.shape[0],), is_over, device=input_ids.device)  # type: ignore[return-value]
